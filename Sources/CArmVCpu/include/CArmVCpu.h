#ifndef CARMVCPU_H
#define CARMVCPU_H

#include "cpu_local.h"
#include "debug_block.h"
#include "host_frame.h"
#include "launch_block.h"
#include "observer.h"
#include "sysregs.h"
#include "vcpu_context.h"

#endif
