#ifndef __aarch64__
#include <stdio.h>
int main(void){ puts("no"); return 2; }
#endif
