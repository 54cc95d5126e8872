/// A hypervisor with the contract of the Rust crate arm_vcpu, and nothing else that a debugger knows: its vectors save
/// 272 bytes at SP, put the trap kind into x0 and branch to `vmexit_trampoline`. The trampoline doesn't begin with a
/// hint. FIQs, SErrors and all AArch32 exceptions go elsewhere, as in the crate.
package enum ArmVCpuImage {
  /// `vmexit_trampoline`.
  package static let trampoline: UInt64 = 0x4020_1000
  /// `exception_vector_base_vcpu`.
  package static let vectors: UInt64 = 0x4020_3000
  /// `handle_exit`, a function of the hypervisor.
  package static let handler: UInt64 = 0x4020_5000
  /// The `eret` of `context_vm_entry`.
  package static let entry: UInt64 = 0x4020_2050

  /// The ELF.
  package static let file = Result { try build("arm_vcpu", firstInstruction: "add x9, sp, #272") }
  /// Another build of the same: the trampoline has different code.
  package static let otherFile = Result { try build("arm_vcpu-other", firstInstruction: "nop") }
  /// The same with vectors that reserve space for more than a frame.
  package static let otherFrameFile = Result {
    try build("arm_vcpu-frame", firstInstruction: "nop", room: 288)
  }

  private static func build(
    _ name: String, firstInstruction: String, room: Int = 272
  ) throws -> String {
    try FixtureImages.build(
      name, source(firstInstruction, room: room),
      """
      ENTRY(handle_exit)
      SECTIONS {
        . = \(trampoline); .text.vmexit_trampoline : { *(.text.vmexit_trampoline) }
        . = 0x40202000; .text.context_vm_entry : { *(.text.context_vm_entry) }
        . = \(vectors); .text.vectors : { *(.text.vectors) }
        . = \(handler); .text.handle_exit : { *(.text.handle_exit) }
      }
      """)
  }

  private static func source(_ firstInstruction: String, room: Int) -> String {
    """
      .macro function name
      .global \\name
      .type \\name, %function
    \\name:
      .endm
      .macro guest_exit kind
      .balign 128
      sub sp, sp, #\(room)
      \(pairs("stp").joined(separator: "\n  "))
      mrs x9, sp_el0
      stp x30, x9, [sp, #240]
      mrs x10, elr_el2
      mrs x11, spsr_el2
      stp x10, x11, [sp, #256]
      mov x0, #\\kind
      bl vmexit_trampoline
      .endm
      .macro unexpected
      .balign 128
      b give_up
      .endm
      .section .text.vectors, "ax"
      .balign 2048
      function exception_vector_base_vcpu
      .rept 8
      unexpected
      .endr
      guest_exit 0
      guest_exit 1
      .rept 6
      unexpected
      .endr
      .balign 128
      .size exception_vector_base_vcpu, 2048
      .section .text.vmexit_trampoline, "ax"
      function vmexit_trampoline
      \(firstInstruction)
      ldr x10, [x9]
      mov sp, x10
      ret
      .size vmexit_trampoline, 16
      .section .text.context_vm_entry, "ax"
      function context_vm_entry
      ldp x10, x11, [sp, #256]
      msr elr_el2, x10
      msr spsr_el2, x11
      ldp x30, x9, [sp, #240]
      msr sp_el0, x9
      \(pairs("ldp").reversed().joined(separator: "\n  "))
      eret
      .size context_vm_entry, . - context_vm_entry
      .section .text.handle_exit, "ax"
      function handle_exit
      mov x0, x1
      add x0, x0, #1
      ret
      .size handle_exit, 12
      function give_up
      b give_up
      .size give_up, 4
    """
  }

  /// x0 to x29, two at a time, from the lowest address up.
  private static func pairs(_ verb: String) -> [String] {
    stride(from: 0, to: 30, by: 2).map { "\(verb) x\($0), x\($0 + 1), [sp, #\($0 * 8)]" }
  }
}
