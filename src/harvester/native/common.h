/* What the files of the native room share.

   Strings are UTF-8 (PyUnicode_AsUTF8AndSize): the stable ABI shows no other form. Whoever makes an object frees it;
   a function that returns NULL has set an exception. No call keeps a pointer into a Python object after it returns. */

#ifndef HARVESTER_NATIVE_COMMON_H
#define HARVESTER_NATIVE_COMMON_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

/* Each file adds its own functions and types to the module; -1 with an exception where it cannot. */
int add_trees(PyObject *module);
int add_element_marks(PyObject *module);
int add_told_blocks(PyObject *module);
int add_signature(PyObject *module);
int add_reader(PyObject *module);
int add_patterns(PyObject *module);
int add_plain_utf8(PyObject *module);
int add_places(PyObject *module);
int add_prescan(PyObject *module);
int add_fingerprint(PyObject *module);
int add_folding(PyObject *module);
int add_glances(PyObject *module);
int add_markup_glances(PyObject *module);
int add_groups(PyObject *module);
int add_languages(PyObject *module);
int add_line_match(PyObject *module);
int add_line_signs(PyObject *module);
int add_block_fields(PyObject *module);
int add_blocks(PyObject *module);
int add_coherence(PyObject *module);
int add_container_names(PyObject *module);
int add_containers(PyObject *module);
int add_page_sums(PyObject *module);
int add_page_words(PyObject *module);
int add_second_stage(PyObject *module);
int add_shared_words(PyObject *module);
int add_stems(PyObject *module);
int add_survey(PyObject *module);
int add_features(PyObject *module);
int add_feature_rows(PyObject *module);
int add_fields(PyObject *module);

#endif
