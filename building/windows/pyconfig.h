/* What Python's headers ask of Windows, 64 bits. Python brings this file for the platform it was made for alone; those of
   the stable ABI need no more than this of it. */

#ifndef HARVESTER_WINDOWS_PYCONFIG_H
#define HARVESTER_WINDOWS_PYCONFIG_H

#define MS_WINDOWS 1
#define MS_WIN64 1
#define Py_ENABLE_SHARED 1
#define HAVE_DECLSPEC_DLL 1
#define HAVE_STDDEF_H 1
#define SIZEOF_VOID_P 8
#define SIZEOF_SIZE_T 8
#define SIZEOF_LONG 4
#define SIZEOF_LONG_LONG 8
#define SIZEOF_WCHAR_T 2
#define ALIGNOF_SIZE_T 8

#endif
