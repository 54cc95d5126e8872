// QEMU's GICv3, just enough for a software-generated interrupt from a CPU to itself: the guest exits with an IRQ at a
// known instruction. Registers: Arm IHI 0069, chapter 12.

#include "hypervisor.h"

#define REGISTER(address) (*(volatile uint32_t *)(address))
#define DISTRIBUTOR 0x08000000ull
#define REDISTRIBUTOR(cpu) (0x080a0000ull + (cpu) * 0x20000)

void interrupts_start(unsigned cpu) {
    REGISTER(DISTRIBUTOR) = 0x12;                      // ARE, EnableGrp1
    REGISTER(REDISTRIBUTOR(cpu) + 0x14) = 0;           // GICR_WAKER
    while (REGISTER(REDISTRIBUTOR(cpu) + 0x14) & 4) {} // ChildrenAsleep
    REGISTER(REDISTRIBUTOR(cpu) + 0x10080) = ~0u;      // GICR_IGROUPR0: group 1
    REGISTER(REDISTRIBUTOR(cpu) + 0x10100) = 1;        // GICR_ISENABLER0: interrupt 0
    WRITE("s3_4_c12_c9_5", 0xf);                       // ICC_SRE_EL2
    ISB();
    WRITE("s3_0_c4_c6_0", 0xff);                       // ICC_PMR_EL1
    WRITE("s3_0_c12_c12_7", 1);                        // ICC_IGRPEN1_EL1
    ISB();
}

void interrupts_raise(unsigned cpu) {
    WRITE("s3_0_c12_c11_5", 1ull << cpu);              // ICC_SGI1R_EL1: interrupt 0 of this CPU
    ISB();
}

uint64_t interrupts_take(void) {
    uint64_t number = READ("s3_0_c12_c12_0");          // ICC_IAR1_EL1
    WRITE("s3_0_c12_c12_1", number);                   // ICC_EOIR1_EL1
    ISB();
    return number;
}
