// The tour: a guest that causes every kind of exit in a fixed order and checks what it sees of each.
#include "tour.h"

#if TOUR_GUEST

static const struct {
    const struct tour_step *steps;
    const unsigned *count;
    int is_answered_by_debugger;
} tables[] = {
    {tour_steps, &tour_step_count, 0},
    {tour_access_steps, &tour_access_step_count, 0},
    {tour_machine_steps, &tour_machine_step_count, 0},
    {tour_debugger_steps, &tour_debugger_step_count, 1},
    {tour_injection_steps, &tour_injection_step_count, 1},
};
static const unsigned table_count = sizeof tables / sizeof tables[0];

static unsigned count_steps(void) {
    unsigned count = 0;
    for (unsigned table = 0; table < table_count; table++) {
        if (tour_debugger_answers || !tables[table].is_answered_by_debugger) count += *tables[table].count;
    }
    return count;
}

// The step with a number, counted through all the tables.
static const struct tour_step *step_at(unsigned index) {
    unsigned table = 0;
    for (; index >= *tables[table].count; table++) index -= *tables[table].count;
    return &tables[table].steps[index];
}

void tour_main(void) {
    unsigned count = count_steps();
    unsigned failures = 0;
    tour_print("tour: an EL1 guest, ");
    tour_print_decimal(count);
    tour_print(" steps\n");
    for (unsigned index = 0; index < count; index++) {
        const struct tour_step *step = step_at(index);
        uint64_t exceptions = tour_exception_count;
        tour_exception_syndrome = 0; // the previous step's syndrome isn't this one's
        tour_exception_vector = ~0ull;
        uint64_t got = tour_at_trampoline_address(step->run());
        // A step that expects an exception returns its syndrome; in any other step an exception is a
        // failure.
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
