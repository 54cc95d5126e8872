#ifndef X
#define X
struct avcpu_x { unsigned long a[3]; };
#endif
