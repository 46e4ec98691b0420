/* The module `harvester.native._core`: puts together what the other files hold. */

#include "common.h"

/* The name of all C files of this build (building.py); the Python side runs no build of other files. */
#ifndef HARVESTER_SOURCES
#define HARVESTER_SOURCES unknown
#endif
#define TEXT_OF(name) #name
#define VALUE_OF(name) TEXT_OF(name)

static int (*const parts[])(PyObject *) = {
    add_block_fields,
    add_blocks,
    add_coherence,
    add_container_names,
    add_containers,
    add_element_marks,
    add_features,
    add_feature_rows,
    add_fields,
    add_fingerprint,
    add_folding,
    add_glances,
    add_groups,
    add_languages,
    add_line_match,
    add_line_signs,
    add_markup_glances,
    add_page_sums,
    add_page_words,
    add_patterns,
    add_places,
    add_plain_utf8,
    add_prescan,
    add_reader,
    add_second_stage,
    add_shared_words,
    add_signature,
    add_stems,
    add_survey,
    add_told_blocks,
    add_trees,
};

static int fill(PyObject *module)
{
    if (PyModule_AddStringConstant(module, "SOURCES", VALUE_OF(HARVESTER_SOURCES)) < 0)
        return -1;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (parts[i](module) < 0)
            return -1;
    return 0;
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
