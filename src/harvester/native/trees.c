/* The trees of the classifier. */

#include "common.h"

int add_trees(PyObject *module)
{
    (void)module;
    return 0;
}
