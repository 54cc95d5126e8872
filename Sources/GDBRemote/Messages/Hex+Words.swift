// Eight digits at a time: memory is transferred as digits, often in large amounts.

extension Hex {
  /// Appends two digits for each of `bytes` to `output`, which must have room for them.
  static func encode(_ bytes: Span<UInt8>, into output: inout OutputSpan<UInt8>) {
    precondition(output.freeCapacity / 2 >= bytes.count)
    // The pointer stays in the closure, and each store is within the capacity that was checked
    // above.
    unsafe output.withUnsafeMutableBufferPointer { buffer, initializedCount in
      let room = UnsafeMutableRawBufferPointer(buffer)
      var end = initializedCount
      var index = 0
      while bytes.count - index >= 4 {
        let word = unsafe bytes.bytes.unsafeLoadUnaligned(
          fromUncheckedByteOffset: index, as: UInt32.self)
        unsafe room.storeBytes(
          of: digits(UInt32(littleEndian: word)).littleEndian, toByteOffset: end, as: UInt64.self)
        index &+= 4
        end &+= 8
      }
      while index < bytes.count {
        unsafe buffer[end] = digit(bytes[index] >> 4)
        unsafe buffer[end &+ 1] = digit(bytes[index] & 15)
        index &+= 1
        end &+= 2
      }
      initializedCount = end
    }
  }

  /// Appends the bytes that `digits` spells to `output`, which must have room for them. False if
  /// one isn't a digit. The number of digits must be even.
  static func decode(_ digits: Span<UInt8>, into output: inout OutputSpan<UInt8>) -> Bool {
    precondition(output.freeCapacity >= digits.count / 2)
    // The pointer stays in the closure, and each store is within the capacity that was checked
    // above.
    return unsafe output.withUnsafeMutableBufferPointer { buffer, initializedCount in
      let room = UnsafeMutableRawBufferPointer(buffer)
      var end = initializedCount
      defer { initializedCount = end }
      var index = 0
      while digits.count - index >= 8 {
        guard let word = bytes(ofDigits: ByteWord(digits, at: index)) else { return false }
        unsafe room.storeBytes(of: word.littleEndian, toByteOffset: end, as: UInt32.self)
        index &+= 8
        end &+= 4
      }
      while index &+ 1 < digits.count {
        guard let high = value(of: digits[index]), let low = value(of: digits[index &+ 1])
        else { return false }
        unsafe buffer[end] = high << 4 | low
        index &+= 2
        end &+= 1
      }
      return true
    }
  }

  /// The digits of four bytes. The first byte, and the first digit, is the lowest.
  @inline(__always)
  private static func digits(_ bytes: UInt32) -> UInt64 {
    // One byte in each 16 bits, and then its high nibble in the lower byte of the 16 bits.
    var word = UInt64(bytes)
    word = (word | word << 16) & 0x0000_ffff_0000_ffff
    word = (word | word << 8) & 0x00ff_00ff_00ff_00ff
    let nibbles = (word >> 4 | word << 8) & 0x0f0f_0f0f_0f0f_0f0f
    // 0x76 + 10 is 0x80: one in each byte that needs a letter. "a" is 0x27 above the character
    // after "9".
    let letters = (nibbles &+ 0x7676_7676_7676_7676) >> 7 & ByteWord.ones
    return nibbles &+ 0x3030_3030_3030_3030 &+ letters &* 0x27
  }

  /// The four bytes that eight digits spell, or nil if one isn't a digit.
  @inline(__always)
  private static func bytes(ofDigits word: ByteWord) -> UInt32? {
    // Each comparison adds a number that carries into bit 7 from the bound on. No byte carries into
    // the next, as all are below 0x80, which is checked as well.
    let bits = word.bits
    let low = bits & ~ByteWord.highs
    let isDigit = (low &+ 0x5050_5050_5050_5050) & ~(low &+ 0x4646_4646_4646_4646)
    let lowercase = low | 0x2020_2020_2020_2020
    let isLetter = (lowercase &+ 0x1f1f_1f1f_1f1f_1f1f) & ~(lowercase &+ 0x1919_1919_1919_1919)
    guard (isDigit | isLetter) & ~bits & ByteWord.highs == ByteWord.highs else { return nil }
    // Letters have bit 6, and are 1 to 6 in their low nibble.
    let nibbles = bits & 0x0f0f_0f0f_0f0f_0f0f &+ (bits >> 6 & ByteWord.ones) &* 9
    var pairs = (nibbles << 4 | nibbles >> 8) & 0x00ff_00ff_00ff_00ff
    pairs = (pairs | pairs >> 8) & 0x0000_ffff_0000_ffff
    return UInt32(truncatingIfNeeded: pairs | pairs >> 16)
  }
}
