import Foundation
import VCpuDebug

/// A hypervisor and a guest as ELF files, made once per test run with the toolchain's clang and lld. Their
/// addresses are fixed, and overlap like those of the real ones.
package enum FixtureImages {
  /// The image can't be made; contains clang's message.
  struct BuildFailure: Error, CustomStringConvertible {
    let description: String
  }

  /// `vmexit_trampoline`.
  package static let trampoline: UInt64 = 0x4020_1000
  /// `context_vm_entry`.
  package static let entry: UInt64 = 0x4020_2000
  /// `exception_vector_base_vcpu`.
  package static let vectors: UInt64 = 0x4020_3000
  /// `avcpu_save_exit`.
  package static let save: UInt64 = 0x4020_3800
  /// `avcpu_halt`.
  package static let halt: UInt64 = 0x4020_4000
  /// `handle_exit`, a function of the hypervisor.
  package static let handler: UInt64 = 0x4020_5000
  /// `vcpu_debug_descriptor`.
  package static let descriptor: UInt64 = 0x4020_6000
  /// The address of the guest's memory in the machine.
  package static let guestOffset: UInt64 = 0x100_0000
  /// `message`, data of the guest.
  package static let message: UInt64 = 0x4021_0000

  private static let hypervisorSource = """
      .macro function name
      .global \\name
      .type \\name, %function
    \\name:
      .endm
      .section .text.vmexit_trampoline, "ax"
      function vmexit_trampoline
      nop
      ret
      .size vmexit_trampoline, 8
      .section .text.avcpu_halt, "ax"
      function avcpu_halt
      wfi
      b avcpu_halt
      .size avcpu_halt, 8
      .section .text.handle_exit, "ax"
      function handle_exit
      mov x0, x1
      add x0, x0, #1
      ret
      .size handle_exit, 12
      function shared
      ret
      .size shared, 4
    """ + vectorSource + entrySource + descriptorSource

  /// The vectors, and the code where a guest's continue, which makes the record that the trampoline has at SP. They
  /// come last in the source, so that the line numbers of the rest don't change.
  private static let vectorSource = """

      .macro guest_exit kind
      .balign 128
      sub sp, sp, #272
      stp x0, x1, [sp]
      mov x0, #\\kind
      b avcpu_save_exit
      .endm
      .section .text.exception_vector_base_vcpu, "ax"
      .balign 2048
      function exception_vector_base_vcpu
      .rept 8
      .balign 128
      b avcpu_halt
      .endr
      .rept 2
      guest_exit 0
      guest_exit 1
      guest_exit 2
      guest_exit 3
      .endr
      .balign 128
      .size exception_vector_base_vcpu, 2048
      function avcpu_save_exit
      .irp pair, "x2, x3, [sp, #16]", "x4, x5, [sp, #32]", "x6, x7, [sp, #48]", \
        "x8, x9, [sp, #64]", "x10, x11, [sp, #80]", "x12, x13, [sp, #96]", \
        "x14, x15, [sp, #112]", "x16, x17, [sp, #128]", "x18, x19, [sp, #144]", \
        "x20, x21, [sp, #160]", "x22, x23, [sp, #176]", "x24, x25, [sp, #192]", \
        "x26, x27, [sp, #208]", "x28, x29, [sp, #224]"
      stp \\pair
      .endr
      mrs x1, sp_el0
      stp x30, x1, [sp, #240]
      mrs x2, elr_el2
      mrs x3, spsr_el2
      stp x2, x3, [sp, #256]
      mrs x4, esr_el2
      mrs x5, far_el2
      stp x4, x5, [sp, #280]
      mrs x6, hpfar_el2
      stp x6, x0, [sp, #296]
      ldr x7, [sp, #312]
      add x7, x7, #1
      mrs x8, cntvct_el0
      stp x7, x8, [sp, #312]
      b vmexit_trampoline
    .Lsave_end:
      .size avcpu_save_exit, . - avcpu_save_exit
    """

  private static let entrySource = """

      .section .text.context_vm_entry, "ax"
      function context_vm_entry
      nop
      mov sp, x0
      ldp x2, x3, [sp, #256]
      msr elr_el2, x2
      msr spsr_el2, x3
      ldp x30, x1, [sp, #240]
      msr sp_el0, x1
      .irp pair, "x28, x29, [sp, #224]", "x26, x27, [sp, #208]", "x24, x25, [sp, #192]", \
        "x22, x23, [sp, #176]", "x20, x21, [sp, #160]", "x18, x19, [sp, #144]", \
        "x16, x17, [sp, #128]", "x14, x15, [sp, #112]", "x12, x13, [sp, #96]", \
        "x10, x11, [sp, #80]", "x8, x9, [sp, #64]", "x6, x7, [sp, #48]", \
        "x4, x5, [sp, #32]", "x2, x3, [sp, #16]"
      ldp \\pair
      .endr
      ldp x0, x1, [sp], #272
      eret
    .Lentry_end:
      .size context_vm_entry, . - context_vm_entry
    """

  private static let descriptorSource = """

      .section .rodata.vcpu_debug_descriptor, "a"
      .global vcpu_debug_descriptor
      .type vcpu_debug_descriptor, %object
      .size vcpu_debug_descriptor, 128
    vcpu_debug_descriptor:
      .ascii "vcpudbug"
      .word 2, 128, 272, 344, 704, 752, 736, 16
      .quad exception_vector_base_vcpu, avcpu_save_exit, .Lsave_end, vmexit_trampoline
      .quad context_vm_entry, .Lentry_end, avcpu_halt, 0, 0
      .word 5440, 64, 65536, 0x40000
    """

  private static let hypervisorScript = """
    ENTRY(handle_exit)
    SECTIONS {
      . = 0x40201000;
      .text.vmexit_trampoline : { *(.text.vmexit_trampoline) }
      . = 0x40202000;
      .text.context_vm_entry : { *(.text.context_vm_entry) }
      . = 0x40203000;
      .text.exception_vector_base_vcpu : { *(.text.exception_vector_base_vcpu) }
      . = 0x40204000;
      .text.avcpu_halt : { *(.text.avcpu_halt) }
      . = 0x40205000;
      .text.handle_exit : { *(.text.handle_exit) }
      . = 0x40206000;
      .rodata.vcpu_debug_descriptor : { *(.rodata.vcpu_debug_descriptor) }
      . = 0x40207000;
      .text.c : { *(.text.count_exits .text.serve) }
      . = 0x40208000;
      .data : { *(.data .rodata.*) }
    }
    """

  /// Functions of the hypervisor in C, with types and variables.
  private static let hypervisorCode = """
    enum state { asleep, running = 4 };
    struct vcpu {
      unsigned number;
      enum state state;
      unsigned long gpr[4];
      const char *name;
    };
    struct vcpu boot_vcpu = { 3, running, { 1, 2, 2, 2 }, "boot" };
    __attribute__((noinline)) unsigned long count_exits(struct vcpu *vcpu, int step) {
      unsigned long count = vcpu->gpr[0] + step;
      vcpu->gpr[0] = count;
      return count;
    }
    __attribute__((noinline)) unsigned long serve(struct vcpu *vcpu) {
      unsigned long total = count_exits(vcpu, 2);
      return total * 3;
    }
    """

  /// Symbols of the guest's code, 16 bytes apart, and the instruction at each.
  private static let guestCode: [(symbol: String, instruction: String)] = [
    ("tour_main", "nop"), ("store32", "str w1, [x0]"), ("store8", "strb wzr, [x0]"),
    ("load_signed", "ldrsb x3, [x0, #24]"), ("load64", "ldr x5, [x0]"),
    ("load_pair", "ldp x0, x1, [x2]"), ("clean", "dc civac, x0"),
    ("call_hypervisor", "hvc #0x1f"), ("call_psci", "hvc #0"), ("call_monitor", "smc #0"),
    ("read_id", "mrs x4, id_aa64pfr0_el1"), ("write_actlr", "msr actlr_el1, x6"),
    ("read_unknown", "mrs x7, s3_3_c15_c2_7"), ("wait", "wfi"), ("wait_event", "wfe"),
    // wfit x9
    ("wait_until", ".inst 0xd5031029"), ("float", "fmov d0, x0"), ("vector", ".inst 0x04205820"),
    ("break_here", "brk #7"), ("shared", "ret"),
  ]

  /// The address of a symbol of the guest's code.
  package static func guestAddress(_ symbol: String) -> UInt64 {
    guard let index = guestCode.firstIndex(where: { $0.symbol == symbol }) else {
      preconditionFailure("the guest has no symbol \(symbol)")
    }
    return 0x4020_0000 + UInt64(index) * 16
  }

  private static let guestSource =
    guestCode.map {
      """
        .balign 16
        .global \($0.symbol)
        .type \($0.symbol), %function
        .size \($0.symbol), 16
      \($0.symbol):
        \($0.instruction)

      """
    }.joined() + """
        .balign 16
        .data
        .global message
        .type message, %object
        .size message, 24
      message:
        .ascii "say \\"EL1\\"\\t\\\\\\n\\r\\001\\377\\0"
        .balign 8
        .quad tour_main, 0x8000000000000001
        .asciz "second"
        .balign 8
        .type tick_count, %object
      tick_count:
        .hword 0x1234, 0xaaaa
        .size tick_count, 2
      """

  private static let guestScript = """
    ENTRY(tour_main)
    SECTIONS {
      . = 0x40200000;
      .text : { *(.text) }
      . = 0x40210000;
      .data : { *(.data) }
    }
    """

  /// The hypervisor's ELF, with line tables.
  package static let hypervisor = Result {
    try build(
      "hypervisor", hypervisorSource, hypervisorScript, code: hypervisorCode,
      options: ["-g", "-O1", "-ffunction-sections", "-mgeneral-regs-only"])
  }
  /// The guest's.
  package static let guest = Result { try build("guest", guestSource, guestScript) }

  /// An object file, which isn't linked: a function and two variables.
  package static let object = Result {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let source = """
      int limit = 3;
      int total;
      int bump(int by) { total += by; return total < limit; }

      """
    try Data(source.utf8).write(to: folder.appendingPathComponent("object.c"))
    let path = folder.appendingPathComponent("object.o").path
    try run([
      "clang", "--target=aarch64-none-elf", "-ffreestanding", "-g", "-O1", "-c", "-o", path,
      folder.appendingPathComponent("object.c").path,
    ])
    return path
  }

  /// Removed when the tests end.
  package static let folder: URL = {
    atexit { try? FileManager.default.removeItem(at: FixtureImages.folder) }
    return FileManager.default.temporaryDirectory.appendingPathComponent(
      "vcpu-shell-images-\(ProcessInfo.processInfo.processIdentifier)")
  }()

  /// Assembles and links, and returns the path of the ELF.
  package static func build(
    _ name: String, _ source: String, _ script: String, code: String? = nil,
    options: [String] = []
  ) throws -> String {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let path = { folder.appendingPathComponent(name + $0).path }
    try Data((source + "\n").utf8).write(to: URL(fileURLWithPath: path(".S")))
    try Data((script + "\n").utf8).write(to: URL(fileURLWithPath: path(".ld")))
    if let code { try Data((code + "\n").utf8).write(to: URL(fileURLWithPath: path(".c"))) }
    try run(
      [
        "clang", "--target=aarch64-none-elf", "-nostdlib", "-fuse-ld=lld", "-Wl,--build-id=none",
        "-Wl,-T," + path(".ld"), "-o", path(".elf"), path(".S"),
      ] + (code == nil ? [] : [path(".c")]) + options)
    return path(".elf")
  }

  private static func run(_ arguments: [String]) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = arguments
    let errors = Pipe()
    process.standardError = errors
    try process.run()
    let text = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw BuildFailure(description: String(decoding: text, as: UTF8.self))
    }
  }
}
