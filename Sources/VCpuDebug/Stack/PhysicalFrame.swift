/// How a frame was found.
public enum FrameWay: String, Equatable, Sendable {
  /// It is the innermost: these are the registers of the CPU, the exit or the exception.
  case registers
  /// By call frame information of the function that it called.
  case callFrameInformation
  /// By the frame record that the frame pointer led to.
  case frameRecord
  /// By the instructions of the function that it called, which had saved the return address.
  case instructions
  /// By the link register: the function that it called hadn't saved it.
  case linkRegister
  /// By the registers that an exception's handler saved.
  case exceptionRecord
}

/// A frame of a stack, with the registers as they are in it. Inlined copies of functions are not apart.
struct PhysicalFrame {
  /// The registers.
  let registers: FrameRegisters
  /// How it was found.
  let way: FrameWay
  /// Whether its PC is an instruction that hasn't been executed, and not one after a call.
  let isExact: Bool
  /// Whether the registers but SP and PC are another program's, as at an exit: only rules that don't need them say
  /// where the caller is.
  var hasForeignRegisters = false

  /// The address by which the function and the line are looked up: an instruction of the function, also where the last
  /// thing that it does is a call that doesn't return.
  var lookupAddress: UInt64 { isExact || registers.pc == 0 ? registers.pc : registers.pc - 1 }
}
