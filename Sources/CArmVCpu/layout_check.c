#include "vcpu_context.h"
