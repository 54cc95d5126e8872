// The tour: a guest that visits every kind of exit in a fixed order and checks what it sees of each.
#include "tour.h"

#if TOUR_GUEST

// The step of a number, through all the tables.
static const struct tour_step *step_at(unsigned index) {
    if (index < tour_step_count) return &tour_steps[index];
    index -= tour_step_count;
    if (index < tour_access_step_count) return &tour_access_steps[index];
    return &tour_machine_steps[index - tour_access_step_count];
}

void tour_main(void) {
    unsigned count = tour_step_count + tour_access_step_count + tour_machine_step_count;
    unsigned failures = 0;
    tour_print("tour: an EL1 guest, ");
    tour_print_decimal(count);
    tour_print(" steps\n");
    for (unsigned index = 0; index < count; index++) {
        const struct tour_step *step = step_at(index);
        uint64_t exceptions = tour_exception_count;
        tour_exception_syndrome = 0; // that of the step before is no answer
        tour_exception_vector = ~0ull;
        uint64_t got = tour_at_trampoline_address(step->run());
        // A step that expects an exception returns its syndrome; in any other one it is a failure.
        int is_surprise = tour_exception_count != exceptions && got != tour_exception_syndrome;
        int is_ok = got == step->want && !is_surprise;
        failures += !is_ok;
        tour_print("tour: ");
        tour_print_decimal(index + 1);
        tour_print(" ");
        tour_print(step->what);
        tour_print(is_ok ? " ok got " : " FAIL got ");
        tour_print_hex(got);
        tour_print(" want ");
        tour_print_hex(step->want);
        if (is_surprise) {
            tour_print(", exception with syndrome ");
            tour_print_hex(tour_exception_syndrome);
        }
        tour_print("\n");
    }
    tour_print("tour: done, ");
    tour_print_decimal(count - failures);
    tour_print(" ok, ");
    tour_print_decimal(failures);
    tour_print(" failed\n");
}

#else
#include <stdio.h>

int main(void) {
    puts("tour runs as a guest of the hypervisor. Build it with scripts/build, then start it with");
    puts("`vcpu-shell launch tour`.");
    return 2;
}

#endif
