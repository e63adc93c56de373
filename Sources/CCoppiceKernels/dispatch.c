#include "CCoppiceKernels.h"
