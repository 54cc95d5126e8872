// vmm GUEST VCPUS ARGUMENT: runs a flat guest under KVM, without a C library.
//
// 2 MiB of memory at IPA 0x80000000 with the guest at its start; a 4 KiB device at 0x0b000000 for each vCPU, which
// stores what is written and prints what is written at its offset 0xf00; the kernel's PSCI. vCPU 0 starts at the
// guest's start with VCPUS in x0 and ARGUMENT in x1, the others wait for its CPU_ON. vCPU n is pinned to CPU n, if
// there is one.

#include <linux/kvm.h>
#include <linux/sched.h>
#include <linux/unistd.h>
#include <stddef.h>
#include <stdint.h>

// From include/uapi/asm-generic: fcntl.h, mman-common.h.
enum { O_RDONLY = 0, O_RDWR = 2, AT_FDCWD = -100 };
enum { PROT_READ = 1, PROT_WRITE = 2, MAP_SHARED = 1, MAP_PRIVATE = 2, MAP_ANONYMOUS = 0x20 };

#define MEMORY 0x80000000ull
#define MEMORY_BYTE_COUNT (2ull << 20)
#define DEVICE 0x0b000000ull
#define DEVICE_BYTE_COUNT 0x1000ull
#define REPORT 0xf00
#define STACK_BYTE_COUNT 0x10000
#define VCPU_LIMIT 8

static long call(long number, long a, long b, long c, long d, long e, long f) {
    register long x8 __asm__("x8") = number;
    register long x0 __asm__("x0") = a;
    register long x1 __asm__("x1") = b;
    register long x2 __asm__("x2") = c;
    register long x3 __asm__("x3") = d;
    register long x4 __asm__("x4") = e;
    register long x5 __asm__("x5") = f;
    __asm__ volatile("svc #0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5) : "memory");
    return x0;
}

// A line is one write(2), so that the vCPUs' lines don't mix.
struct line {
    char text[160];
    size_t length;
};

static void add(struct line *line, const char *text) {
    while (*text && line->length < sizeof line->text) line->text[line->length++] = *text++;
}

static void begin(struct line *line, const char *text) {
    line->length = 0;
    add(line, text);
}

static void add_number(struct line *line, uint64_t value, unsigned base) {
    char digits[21];
    unsigned position = sizeof digits;
    digits[--position] = 0;
    do {
        digits[--position] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value);
    if (base == 16) add(line, "0x");
    add(line, &digits[position]);
}

static void print(struct line *line) {
    add(line, "\n");
    call(__NR_write, 1, (long)line->text, (long)line->length, 0, 0, 0);
}

static _Noreturn void end(int status) {
    for (;;) call(__NR_exit_group, status, 0, 0, 0, 0, 0);
}

static long check(const char *what, long result) {
    if (result >= 0 || result < -4095) return result;
    struct line line;
    begin(&line, "vmm: ");
    add(&line, what);
    add(&line, " failed with ");
    add_number(&line, (uint64_t)-result, 10);
    print(&line);
    end(1);
}

static long control(const char *what, long descriptor, unsigned long request, const void *argument) {
    return check(what, call(__NR_ioctl, descriptor, (long)request, (long)argument, 0, 0, 0));
}
#define CONTROL(descriptor, request, argument) \
    control(#request, descriptor, request, (const void *)(argument))

static void *map(long byte_count, int flags, long descriptor) {
    return (void *)check("mmap", call(__NR_mmap, 0, byte_count, PROT_READ | PROT_WRITE, flags, descriptor, 0));
}

static long vm, run_byte_count, vcpu_count, argument;
static uint64_t devices[VCPU_LIMIT][DEVICE_BYTE_COUNT / 8];

static void set_register(long vcpu, uint64_t id, uint64_t value) {
    struct kvm_one_reg reg = {.id = KVM_REG_ARM64 | KVM_REG_SIZE_U64 | KVM_REG_ARM_CORE | id, .addr = (uint64_t)&value};
    CONTROL(vcpu, KVM_SET_ONE_REG, &reg);
}

// Handles a load or store outside of memory.
static void access_device(long number, struct kvm_run *run) {
    uint64_t offset = run->mmio.phys_addr - DEVICE;
    struct line line;
    if (offset >= sizeof devices) {
        begin(&line, "vmm: nothing is at IPA ");
        add_number(&line, run->mmio.phys_addr, 16);
        print(&line);
        end(1);
    }
    unsigned char *place = (unsigned char *)devices + (offset & ~7ull);
    if (run->mmio.is_write)
        for (unsigned i = 0; i < 8; i++) place[i] = i < run->mmio.len ? run->mmio.data[i] : 0;
    else
        for (unsigned i = 0; i < run->mmio.len; i++) run->mmio.data[i] = place[i];
    if (!run->mmio.is_write || offset % DEVICE_BYTE_COUNT != REPORT) return;
    uint64_t value = *(uint64_t *)place;  // the number of the report is in the highest byte
    begin(&line, "guest vcpu ");
    add_number(&line, (uint64_t)number, 10);
    add(&line, " step ");
    add_number(&line, value >> 56, 10);
    add(&line, " value ");
    add_number(&line, value << 8 >> 8, 16);
    print(&line);
}

static _Noreturn void run_vcpu(long number) {
    uint64_t cpus = 1ull << number;
    call(__NR_sched_setaffinity, 0, sizeof cpus, (long)&cpus, 0, 0, 0);  // fails if there is no such CPU
    long vcpu = CONTROL(vm, KVM_CREATE_VCPU, number);
    struct kvm_vcpu_init init = {.target = 0};
    CONTROL(vm, KVM_ARM_PREFERRED_TARGET, &init);
    init.features[0] |= 1u << KVM_ARM_VCPU_PSCI_0_2 | (number ? 1u << KVM_ARM_VCPU_POWER_OFF : 0);
    CONTROL(vcpu, KVM_ARM_VCPU_INIT, &init);
    if (!number) {
        set_register(vcpu, KVM_REG_ARM_CORE_REG(regs.pc), MEMORY);
        set_register(vcpu, KVM_REG_ARM_CORE_REG(regs.regs[0]), (uint64_t)vcpu_count);
        set_register(vcpu, KVM_REG_ARM_CORE_REG(regs.regs[1]), (uint64_t)argument);
    }
    struct kvm_run *run = map(run_byte_count, MAP_SHARED, vcpu);
    for (;;) {
        CONTROL(vcpu, KVM_RUN, 0);
        if (run->exit_reason == KVM_EXIT_MMIO) {
            access_device(number, run);
            continue;
        }
        int is_off = run->exit_reason == KVM_EXIT_SYSTEM_EVENT && run->system_event.type == KVM_SYSTEM_EVENT_SHUTDOWN;
        struct line line;
        begin(&line, is_off ? "vmm: powered off by vcpu " : "vmm: unexpected exit of vcpu ");
        add_number(&line, (uint64_t)number, 10);
        print(&line);
        end(!is_off);
    }
}

// The child of clone(2) has its own empty stack, so it must not return from a function.
static void start_thread(long number) {
    char *stack = map(STACK_BYTE_COUNT, MAP_PRIVATE | MAP_ANONYMOUS, -1);
    register long x8 __asm__("x8") = __NR_clone;
    register long x0 __asm__("x0") = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM;
    register long x1 __asm__("x1") = (long)(stack + STACK_BYTE_COUNT);
    register long x2 __asm__("x2") = 0;
    register long x3 __asm__("x3") = 0;
    register long x4 __asm__("x4") = 0;
    register long x9 __asm__("x9") = number;
    register void (*x10)(long) __asm__("x10") = (void (*)(long))run_vcpu;
    __asm__ volatile(
        "svc #0\n"
        "cbnz x0, 1f\n"
        "mov x0, x9\n"
        "mov x29, xzr\n"
        "mov x30, xzr\n"
        "br x10\n"
        "1:"
        : "+r"(x0)
        : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x9), "r"(x10)
        : "memory");
    check("clone", x0);
}

static long number_in(const char *text) {
    long value = 0;
    while (*text >= '0' && *text <= '9') value = value * 10 + *text++ - '0';
    return value;
}

// Linux starts a program with the number of arguments at SP, and their addresses after it.
__attribute__((used)) static _Noreturn void start_process(long *stack) {
    char **arguments = (char **)(stack + 1);
    if (*stack != 4) end(2);
    vcpu_count = number_in(arguments[2]);
    argument = number_in(arguments[3]);
    if (vcpu_count < 1 || vcpu_count > VCPU_LIMIT) end(2);

    long kvm = check("opening /dev/kvm", call(__NR_openat, AT_FDCWD, (long)"/dev/kvm", O_RDWR, 0, 0, 0));
    vm = CONTROL(kvm, KVM_CREATE_VM, 0);
    run_byte_count = CONTROL(kvm, KVM_GET_VCPU_MMAP_SIZE, 0);
    char *memory = map(MEMORY_BYTE_COUNT, MAP_PRIVATE | MAP_ANONYMOUS, -1);
    long guest = check("opening the guest", call(__NR_openat, AT_FDCWD, (long)arguments[1], O_RDONLY, 0, 0, 0));
    check("reading the guest", call(__NR_read, guest, (long)memory, MEMORY_BYTE_COUNT, 0, 0, 0));
    struct kvm_userspace_memory_region region = {
        .guest_phys_addr = MEMORY, .memory_size = MEMORY_BYTE_COUNT, .userspace_addr = (uint64_t)memory};
    CONTROL(vm, KVM_SET_USER_MEMORY_REGION, &region);
    for (long number = 1; number < vcpu_count; number++) start_thread(number);
    run_vcpu(0);
}

__asm__(
    ".global _start\n"
    "_start:\n"
    "mov x29, xzr\n"
    "mov x30, xzr\n"
    "mov x0, sp\n"
    "b start_process\n");
