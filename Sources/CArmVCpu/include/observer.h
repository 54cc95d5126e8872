// What watches exits inside the hypervisor, without stopping: the recorder and the filter. A debugger finds
// both by the descriptor (`debug_block.h`), and controls them with `avcpu_observer.flags`, which every exit
// loads. Every number is little-endian.
#ifndef AVCPU_OBSERVER_H
#define AVCPU_OBSERVER_H

#include "el2_target.h"

// MARK: The observer

// The bits of `flags`. A debugger changes them at any time, with an atomic store.
#define AVCPU_OBSERVE_RECORDER 0 // the number of the bit: record every exit
#define AVCPU_OBSERVE_FILTER 1   // compare every exit with the filter

#define AVCPU_OBSERVER_FLAGS 0
#define AVCPU_OBSERVER_KINDS 8
#define AVCPU_OBSERVER_CLASSES 16
#define AVCPU_OBSERVER_GENERATION 24
#define AVCPU_OBSERVER_VERIFIED 32
#define AVCPU_OBSERVER_REFUSAL 40
#define AVCPU_OBSERVER_ENTRY_COUNT 48
#define AVCPU_OBSERVER_WORD_COUNT 52
#define AVCPU_OBSERVER_CPU_COUNT 56
#define AVCPU_OBSERVER_CPUS 64
#define AVCPU_OBSERVER_ENTRIES 576
#define AVCPU_OBSERVER_WORDS 1344
#define AVCPU_OBSERVER_SIZE 5440

#define AVCPU_OBSERVER_CPU_LIMIT 64
#define AVCPU_FILTER_ENTRY_LIMIT 16
#define AVCPU_FILTER_WORD_LIMIT 512

#define AVCPU_FILTER_ENTRY_CLASSES 0
#define AVCPU_FILTER_ENTRY_START 8
#define AVCPU_FILTER_ENTRY_WORD_COUNT 12
#define AVCPU_FILTER_ENTRY_IGNORED 16
#define AVCPU_FILTER_ENTRY_PASSED 24
#define AVCPU_FILTER_ENTRY_MATCHED 32
#define AVCPU_FILTER_ENTRY_FLAGS 40
#define AVCPU_FILTER_ENTRY_NUMBER 44
#define AVCPU_FILTER_ENTRY_SIZE 48

// The bits of an entry's flags.
#define AVCPU_FILTER_ENABLED 0
#define AVCPU_FILTER_ONE_SHOT 1 // an exit that matches clears AVCPU_FILTER_ENABLED

// MARK: The recorder

// Each CPU's part of the recorder's memory, physically contiguous, all zero at first: the counters, then the
// ring.
#define AVCPU_RECORDER_CELLS 0xc0000          // the offset of the counters
#define AVCPU_RECORDER_RING 0x100000          // the offset of the ring
#define AVCPU_RECORDER_STRIDE 0x500000        // from one CPU's part to the next one's
#define AVCPU_RING_RECORD_SHIFT 16
#define AVCPU_RING_RECORD_COUNT 65536

// A record of an exit.
#define AVCPU_RECORD_SEQUENCE 0               // 32 bits: the number of the exit on this CPU, from 0
#define AVCPU_RECORD_VCPU 4                   // 16 bits
#define AVCPU_RECORD_VM 6                     // 16 bits
#define AVCPU_RECORD_TIME 8                   // CNTVCT_EL0 at the exit
#define AVCPU_RECORD_LAST_DURATION 16         // 32 bits: how long the CPU handled the exit before this one
#define AVCPU_RECORD_SPSR 20                  // 32 bits
#define AVCPU_RECORD_ESR 24                   // bits 63:62 are the trap kind; for an interrupt the rest is that of an
                                              // earlier exit
#define AVCPU_RECORD_FAR 32
#define AVCPU_RECORD_HPFAR 40
#define AVCPU_RECORD_ELR 48
#define AVCPU_RECORD_VALUE 56                 // x0; the register that a store or an MSR transfers
#define AVCPU_RECORD_SIZE 64

// A CPU's counters of one kind of exit: how often the CPU handled it, by the time that it took. `sum` is the time of
// all of them; `counts[n]` has those whose time has n leading zeros (CLZ of a doubleword): 64 for 0 ticks, 63
// for 1, 62 for 2 and 3, 61 for 4 to 7.
#define AVCPU_CELL_SUM 0
#define AVCPU_CELL_COUNTS 0
#define AVCPU_CELL_SHIFT 10
// The numbers of the cells.
#define AVCPU_CELL_CLASS 0                    // + the exception class + 64 × the lowest bit of the ISS
#define AVCPU_CELL_DATA_ABORT 128             // + DFSC[5:2] | WnR << 4 | ISV << 5, for exception class 0x24
#define AVCPU_CELL_KIND 192                   // + the trap kind, for those that aren't synchronous
#define AVCPU_CELL_NONE 255                   // before the first exit; nothing that it counts means anything
#define AVCPU_CELL_LIMIT 256

// In a CPU's own memory (`cpu_local.h`).
#define AVCPU_CPU_OPEN_TIME 16                // CNTVCT_EL0 at the exit that is being handled
#define AVCPU_CPU_OPEN_CELL 24                // the address of its cell
#define AVCPU_CPU_SEQUENCE 32                 // how many records were written: 64 bits
#define AVCPU_CPU_RING 40                     // the address of the ring; 0 without a recorder

#ifndef __ASSEMBLER__
#include <stdint.h>

// One condition: the exits of some classes for which a program holds.
struct avcpu_filter_entry {
    uint64_t exit_classes;  // a bit for each `ExitClass`
    uint32_t start;         // the program's first word; `ExitFilter` describes it
    uint32_t word_count;    // 0: it always holds
    int64_t ignored;        // how many matches to pass over before the next stop; below 0 once there are none
    uint64_t passed;        // how many matches were passed over
    uint64_t matched;       // how many stopped
    uint32_t flags;
    uint32_t number;        // the debugger's own
};

struct avcpu_observer {
    uint64_t flags;
    // What the filter looks at: a bit for each trap kind, and, if it is synchronous, for each exception class.
    uint64_t kinds;
    uint64_t classes;
    // A debugger clears AVCPU_OBSERVE_FILTER, changes the entries and words, increments the generation, and sets the
    // flag again. The hypervisor verifies each generation once, before it uses it.
    uint64_t generation;
    uint64_t verified;      // the generation that was verified
    uint64_t refusal;       // why the hypervisor cleared the flag: an `ExitFilter.Fault`; 0 if it didn't
    uint32_t entry_count;
    uint32_t word_count;
    uint64_t cpu_count;     // how many of `cpus` may be used
    uint64_t cpus[AVCPU_OBSERVER_CPU_LIMIT]; // the avcpu_cpu_local of each CPU that was started; 0 for the others
    struct avcpu_filter_entry entries[AVCPU_FILTER_ENTRY_LIMIT];
    uint64_t words[AVCPU_FILTER_WORD_LIMIT];
};

struct avcpu_exit_record {
    uint32_t sequence;
    uint16_t vcpu;
    uint16_t vm;
    uint64_t time;
    uint32_t last_duration;
    uint32_t spsr;
    uint64_t esr;
    uint64_t far;
    uint64_t hpfar;
    uint64_t elr;
    uint64_t value;
};

extern struct avcpu_observer avcpu_observer; // in an image alone

#if AVCPU_EL2_TARGET
// The filter, for the hypervisor's evaluator. Indexes are below AVCPU_FILTER_ENTRY_LIMIT.
AVCPU_INLINE uint64_t avcpu_filter_generation(void) {
    return __atomic_load_n(&avcpu_observer.generation, __ATOMIC_ACQUIRE);
}

AVCPU_INLINE _Bool avcpu_filter_is_on(void) {
    return __atomic_load_n(&avcpu_observer.flags, __ATOMIC_ACQUIRE) >> AVCPU_OBSERVE_FILTER & 1;
}

// Whether everything that was read of the filter up to now is of a generation. The flag is read before the generation:
// if it is set again, so is the next generation.
AVCPU_INLINE _Bool avcpu_filter_is_current(uint64_t generation) {
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    return avcpu_filter_is_on() && avcpu_filter_generation() == generation;
}

AVCPU_INLINE uint64_t avcpu_filter_verified(void) {
    return __atomic_load_n(&avcpu_observer.verified, __ATOMIC_ACQUIRE);
}

AVCPU_INLINE void avcpu_filter_set_verified(uint64_t generation) {
    __atomic_store_n(&avcpu_observer.verified, generation, __ATOMIC_RELEASE);
}

// Turns the filter off, and says why.
AVCPU_INLINE void avcpu_filter_refuse(uint64_t fault) {
    __atomic_store_n(&avcpu_observer.refusal, fault, __ATOMIC_RELEASE);
    __atomic_fetch_and(&avcpu_observer.flags, ~(UINT64_C(1) << AVCPU_OBSERVE_FILTER), __ATOMIC_ACQ_REL);
}

AVCPU_INLINE uint32_t avcpu_filter_entry_count(void) { return avcpu_observer.entry_count; }

AVCPU_INLINE uint64_t avcpu_filter_classes(uint32_t index) {
    return avcpu_observer.entries[index].exit_classes;
}

AVCPU_INLINE _Bool avcpu_filter_is_enabled(uint32_t index) {
    return avcpu_observer.entries[index].flags >> AVCPU_FILTER_ENABLED & 1;
}

// An entry's program, wherever a debugger that changes it right now says that it is: the words exist.
struct avcpu_filter_words {
    const uint64_t *first;
    uint32_t count;
    _Bool is_complete; // whether there are as many words as the entry says
};

AVCPU_INLINE struct avcpu_filter_words avcpu_filter_program(uint32_t index) {
    const struct avcpu_filter_entry *entry = &avcpu_observer.entries[index];
    // Each is loaded once: what is checked is what is used.
    uint32_t start = __atomic_load_n(&entry->start, __ATOMIC_RELAXED);
    uint32_t count = __atomic_load_n(&entry->word_count, __ATOMIC_RELAXED);
    if (start > AVCPU_FILTER_WORD_LIMIT) start = AVCPU_FILTER_WORD_LIMIT;
    uint32_t rest = AVCPU_FILTER_WORD_LIMIT - start;
    struct avcpu_filter_words program = {
        &avcpu_observer.words[start], count < rest ? count : rest, count <= rest,
    };
    return program;
}

// Counts a match, and returns whether it stops.
AVCPU_INLINE _Bool avcpu_filter_count(uint32_t index) {
    struct avcpu_filter_entry *entry = &avcpu_observer.entries[index];
    if (__atomic_fetch_sub(&entry->ignored, 1, __ATOMIC_ACQ_REL) > 0) {
        __atomic_fetch_add(&entry->passed, 1, __ATOMIC_RELEASE);
        return 0;
    }
    if (entry->flags >> AVCPU_FILTER_ONE_SHOT & 1) {
        uint32_t enabled = UINT32_C(1) << AVCPU_FILTER_ENABLED;
        // Of several CPUs, only the first one stops.
        if (!(__atomic_fetch_and(&entry->flags, ~enabled, __ATOMIC_ACQ_REL) & enabled)) return 0;
    }
    __atomic_fetch_add(&entry->matched, 1, __ATOMIC_RELEASE);
    return 1;
}
#endif
#endif

#endif
