#if hasFeature(Embedded)
  internal import ArmVCpu
  internal import CArmVCpu
  internal import CHypervisor

  /// Reports an exception that EL2 itself took. The vectors call it with what they saved, on a separate
  /// stack, and halt the CPU afterwards. A debugger finds the PC's symbol in the image.
  @c(avcpu_fatal)
  func reportFatalException(
    _ context: UnsafePointer<avcpu_context>, _ kind: UInt64, _ source: UInt64
  ) {
    let saved = unsafe context.pointee
    hypervisor_take_report_lock()
    defer { hypervisor_release_report_lock() }
    let esr = ESR_EL2(rawValue: saved.esr)
    Console.write("\nhypervisor: fatal ")
    Console.write(kindName(kind))
    Console.write(" at EL2")
    if source == UInt64(AVCPU_SOURCE_CURRENT_SP_EL0) { Console.write(" (on SP_EL0)") }
    if kind == UInt64(AVCPU_TRAP_SYNCHRONOUS) {
      Console.write(": ")
      Console.write(
        esr.exceptionClass == .brk64 ? "trap of the Swift runtime" : esr.exceptionClass.name)
    }
    Console.write("\n  pc   ")
    Console.write(hex: saved.frame.elr, digits: 16)
    Console.write("  sp   ")
    Console.write(hex: saved.frame.sp_el0, digits: 16)
    Console.write("  spsr ")
    Console.write(hex: saved.frame.spsr, digits: 16)
    Console.write("\n  esr  ")
    Console.write(hex: saved.esr, digits: 16)
    Console.write("  far  ")
    Console.write(hex: saved.far, digits: 16)
    Console.write("  hpfar ")
    Console.write(hex: saved.hpfar, digits: 16)
    Console.write("\n")
    var printer = FieldPrinter()
    esr.describe(into: &printer)
    for row: UInt8 in 0..<8 {
      for column: UInt8 in 0..<4 where row + column * 8 < 31 {
        let index = row + column * 8
        Console.write(index < 10 ? "  x" : " x")
        Console.write(decimal: UInt64(index))
        Console.write(" ")
        Console.write(hex: saved.frame.gpr(index), digits: 16)
      }
      Console.write("\n")
    }
  }

  private func kindName(_ kind: UInt64) -> StaticString {
    switch kind {
    case UInt64(AVCPU_TRAP_SYNCHRONOUS): "synchronous exception"
    case UInt64(AVCPU_TRAP_IRQ): "IRQ"
    case UInt64(AVCPU_TRAP_FIQ): "FIQ"
    default: "SError"
    }
  }

  /// Prints each field of a decoded register on its own line.
  private struct FieldPrinter: FieldSink {
    mutating func receive(_ field: Field) {
      Console.write(field.depth == 0 ? "  " : "    ")
      Console.write(field.name)
      Console.write(" ")
      Console.write(hex: field.value)
      if field.meaning.utf8CodeUnitCount > 0 {
        Console.write("  ")
        Console.write(field.meaning)
      }
      Console.write("\n")
    }
  }
#endif
