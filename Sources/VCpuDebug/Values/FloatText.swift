internal import Foundation
internal import GDBRemote

/// Floating-point numbers as GDB prints them.
enum FloatText {
  /// The number of 2, 4 or 8 bytes, and an approximation of 16 (IEEE 754 quadruple precision); nil for another size.
  static func number(_ bytes: [UInt8], _ layout: DataLayout) -> Double? {
    switch bytes.count {
    case 2: return half(UInt16(truncatingIfNeeded: layout.integer(bytes)))
    case 4: return Double(Float(bitPattern: UInt32(truncatingIfNeeded: layout.integer(bytes))))
    case 8: return Double(bitPattern: layout.integer(bytes))
    case 16: return quadruple(bytes, layout)
    default: return nil
    }
  }

  /// With as many digits as tell it from every other number of its size.
  static func text(_ number: Double, byteCount: Int) -> String {
    if number.isNaN {
      return (number.sign == .minus ? "-" : "") + "nan(0x\(payload(number, byteCount)))"
    }
    if number.isInfinite { return number < 0 ? "-inf" : "inf" }
    let digits = byteCount == 2 ? 5 : byteCount == 4 ? 9 : 17
    return String(format: "%.\(digits)g", number)
  }

  private static func payload(_ number: Double, _ byteCount: Int) -> String {
    if byteCount == 4 { return String(Float(number).bitPattern & 0x7f_ffff, radix: 16) }
    return String(number.bitPattern & 0xf_ffff_ffff_ffff, radix: 16)
  }

  private static func half(_ bits: UInt16) -> Double {
    let sign = bits >> 15 == 1 ? -1.0 : 1.0
    let exponent = Int(bits >> 10 & 0x1f)
    let fraction = Double(bits & 0x3ff) / 1024
    switch exponent {
    case 0: return sign * fraction * pow(2, -14)
    case 31: return fraction == 0 ? sign * .infinity : .nan
    default: return sign * (1 + fraction) * pow(2, Double(exponent - 15))
    }
  }

  private static func quadruple(_ bytes: [UInt8], _ layout: DataLayout) -> Double {
    let low = layout.integer(bytes[(layout.byteOrder == .little ? 0 : 8)...].prefix(8))
    let high = layout.integer(bytes[(layout.byteOrder == .little ? 8 : 0)...].prefix(8))
    let sign = high >> 63 == 1 ? -1.0 : 1.0
    let exponent = Int(high >> 48 & 0x7fff)
    let fraction = Double(high & 0xffff_ffff_ffff) / pow(2, 48) + Double(low) / pow(2, 112)
    switch exponent {
    case 0: return sign * fraction * pow(2, -16382)
    case 0x7fff: return fraction == 0 ? sign * .infinity : .nan
    default: return sign * (1 + fraction) * pow(2, Double(exponent - 16383))
    }
  }
}
