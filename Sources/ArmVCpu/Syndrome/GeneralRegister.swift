/// The general-purpose registers of AArch64.
public enum GeneralRegister {
  /// The name in an instruction, `x8`, `w8`, `xzr` or `wzr`: number 31 is the zero register and never SP (Arm
  /// ARM DDI 0487, C1.2.5).
  public static func name(_ number: UInt8, is64Bit: Bool) -> StaticString {
    registerName(UInt64(number & 31), is64Bit: is64Bit)
  }
}

/// The same for a register number from a syndrome.
func registerName(_ number: UInt64, is64Bit: Bool = true) -> StaticString {
  is64Bit ? doublewordRegisterName(number) : wordRegisterName(number)
}

private func doublewordRegisterName(_ number: UInt64) -> StaticString {
  switch number {
  case 0: "x0"
  case 1: "x1"
  case 2: "x2"
  case 3: "x3"
  case 4: "x4"
  case 5: "x5"
  case 6: "x6"
  case 7: "x7"
  case 8: "x8"
  case 9: "x9"
  case 10: "x10"
  case 11: "x11"
  case 12: "x12"
  case 13: "x13"
  case 14: "x14"
  case 15: "x15"
  case 16: "x16"
  case 17: "x17"
  case 18: "x18"
  case 19: "x19"
  case 20: "x20"
  case 21: "x21"
  case 22: "x22"
  case 23: "x23"
  case 24: "x24"
  case 25: "x25"
  case 26: "x26"
  case 27: "x27"
  case 28: "x28"
  case 29: "x29"
  case 30: "x30"
  default: "xzr"
  }
}

private func wordRegisterName(_ number: UInt64) -> StaticString {
  switch number {
  case 0: "w0"
  case 1: "w1"
  case 2: "w2"
  case 3: "w3"
  case 4: "w4"
  case 5: "w5"
  case 6: "w6"
  case 7: "w7"
  case 8: "w8"
  case 9: "w9"
  case 10: "w10"
  case 11: "w11"
  case 12: "w12"
  case 13: "w13"
  case 14: "w14"
  case 15: "w15"
  case 16: "w16"
  case 17: "w17"
  case 18: "w18"
  case 19: "w19"
  case 20: "w20"
  case 21: "w21"
  case 22: "w22"
  case 23: "w23"
  case 24: "w24"
  case 25: "w25"
  case 26: "w26"
  case 27: "w27"
  case 28: "w28"
  case 29: "w29"
  case 30: "w30"
  default: "wzr"
  }
}
