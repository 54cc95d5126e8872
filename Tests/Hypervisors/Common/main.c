// What each CPU does before its guest runs.

#include "hypervisor.h"

_Noreturn void hypervisor_main(unsigned cpu) {
    install_vectors(cpu);
    if (cpu == 0) {
        console_start();
        // A machine with one CPU answers that there is no other.
        __atomic_add_fetch(&running_cpu_count, 1, __ATOMIC_RELAXED);
        if (firmware_cpu_on(1)) __atomic_sub_fetch(&running_cpu_count, 1, __ATOMIC_RELAXED);
    }
    interrupts_start(cpu);
    load_guest(cpu);
    WRITE("vttbr_el2", build_guest_tables(cpu));
    WRITE("vmpidr_el2", 1ull << 31 | cpu);
    WRITE("vpidr_el2", READ("midr_el1"));
    WRITE("cptr_el2", GUEST_CPTR);
    WRITE("cnthctl_el2", GUEST_CNTHCTL);
    WRITE("hcr_el2", GUEST_HCR);
#ifdef VIRTUAL_INTERFACE
    WRITE("s3_4_c12_c11_0", 1);  // ICH_HCR_EL2.En
#endif
    __asm__ volatile("isb; tlbi vmalls12e1; dsb sy; isb" ::: "memory");

    console_lock();
    print("start cpu ");
    print_decimal(cpu);
    print(" vttbr ");
    print_hex(READ("vttbr_el2"));
    print(" vmpidr ");
    print_hex(READ("vmpidr_el2"));
    print(" hcr ");
    print_hex(READ("hcr_el2"));
    print(" vbar ");
    print_hex(READ("vbar_el2"));
    print("\n");
    console_unlock();
    run_guest_for_ever(cpu);
}
