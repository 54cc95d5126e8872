#if hasFeature(Embedded)
  internal import CHypervisor

  /// The hypervisor's console: the machine's PL011, polled. Strings are static and numbers are written
  /// digit by digit, so that it works wherever it is called from and needs no memory.
  enum Console {
    /// Writes a text.
    static func write(_ text: StaticString) {
      for index in 0..<text.utf8CodeUnitCount {
        let byte = unsafe text.utf8Start[index]
        if byte == UInt8(ascii: "\n") { hypervisor_uart_put(UInt8(ascii: "\r")) }
        hypervisor_uart_put(byte)
      }
    }

    /// Writes `0x` and `digits` hexadecimal digits, or as many as the number needs.
    static func write(hex value: UInt64, digits: UInt64 = 0) {
      write("0x")
      var started = false
      var shift: UInt64 = 64
      while shift > 0 {
        shift -= 4
        let digit = UInt8(truncatingIfNeeded: value >> shift & 15)
        started = started || digit != 0 || shift == 0 || shift < digits * 4
        guard started else { continue }
        hypervisor_uart_put(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
      }
    }

    /// Writes a decimal number.
    static func write(decimal value: UInt64) {
      if value >= 10 { write(decimal: value / 10) }
      hypervisor_uart_put(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value % 10))
    }
  }
#endif
