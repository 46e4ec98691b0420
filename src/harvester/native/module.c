/* The module `harvester.native._core`: puts together what the other files hold. */

#include "common.h"

static int fill(PyObject *module)
{
    return add_trees(module) < 0 || add_prescan(module) < 0 || add_fingerprint(module) < 0 ? -1 : 0;
}

static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, fill},
    {0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "harvester.native._core",
    .m_doc = "What costs most time on a page, compiled.",
    .m_size = 0,
    .m_slots = slots,
};

PyMODINIT_FUNC PyInit__core(void)
{
    return PyModuleDef_Init(&definition);
}
