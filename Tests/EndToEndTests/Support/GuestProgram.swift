import Foundation

/// Small guests, as flat binaries: the words of their instructions.
enum GuestProgram: String {
  /// Does nothing, forever.
  case endless
  /// Calls the hypervisor, forever.
  case hypercalls
  /// Prints a line again and again.
  case ticker
  /// Starts vCPU 1, then both call the hypervisor, forever.
  case twoCPUs
  /// Starts vCPU 1, which switches itself off, again and again.
  case switchedOff
  /// Asks for a reset of the machine.
  case reset
  /// Prints a line with y or n, whether x0 is the address of a device tree, and powers off.
  case tree
  /// Prints characters that a terminal would interpret (`hostileText`), and powers off.
  case hostile
  /// Has a device, fw_cfg, write 4 bytes into its memory by DMA, and calls the hypervisor with them in x1.
  case dma
  /// Waits for interrupts, forever.
  case wait
  /// Prints a line with an a, and loops in AArch32 at EL0.
  case aarch32
  /// Reads the emulated device in AArch32 at EL0, and loops there.
  case aarch32Load

  private var words: [UInt32] {
    switch self {
    case .endless: [0x1400_0000]  // b .
    case .hypercalls:
      [
        0x5280_0020, 0x72b8_c000,  // mov w0, #0xc6000001
        0xd400_0002,  // hvc #0
        0x17ff_fffd,  // b to the beginning
      ]
    case .ticker:
      [
        0xd2a1_2001,  // mov x1, #0x9000000
        0x5280_0e80, 0xb900_0020,  // mov w0, #'t'; str w0, [x1]
        0x5280_0d60, 0xb900_0020,  // 'k'
        0x5280_0140, 0xb900_0020,  // newline
        0xd2a0_2002,  // mov x2, #0x1000000
        0xf100_0442, 0x54ff_ffe1,  // subs x2, x2, #1; b.ne to it
        0x17ff_fff7,  // b to the first character
      ]
    case .twoCPUs:
      [
        0x5280_0060, 0x72b8_8000,  // mov w0, #0xc4000003: CPU_ON
        0xd280_0021,  // mov x1, #1
        0x1000_0082,  // adr x2, to mov x1, x0
        0xd280_0ee3,  // mov x3, #0x77
        0xd400_0002,  // hvc #0
        0x1400_0001,  // b to the next
        0xaa00_03e1,  // mov x1, x0
        0x5280_0020, 0x72b8_c000,  // mov w0, #0xc6000001
        0xd400_0002,  // hvc #0
        0x17ff_fffd,  // b to mov w0
      ]
    case .switchedOff:
      [
        0x5280_0060, 0x72b8_8000,  // mov w0, #0xc4000003: CPU_ON
        0xd280_0021,  // mov x1, #1
        0x1000_0062,  // adr x2, to mov w0, #0x84000002
        0xd400_0002,  // hvc #0
        0x17ff_fffb,  // b to the beginning
        0x5280_0040, 0x72b0_8000,  // mov w0, #0x84000002: CPU_OFF
        0xd400_0002,  // hvc #0
        0x1400_0000,  // b .
      ]
    case .reset:
      [
        0x5280_0120, 0x72b0_8000,  // mov w0, #0x84000009: SYSTEM_RESET
        0xd400_0002,  // hvc #0
        0x1400_0000,  // b .
      ]
    case .tree:
      [
        0xb940_0001, 0x5281_ba02, 0x72bd_bfc2,  // ldr w1, [x0]; mov w2, #0xedfe0dd0
        0xd2a1_2003,  // mov x3, #0x9000000
        0x6b02_003f,  // cmp w1, w2
        0x5280_0f24, 0x5280_0dc5, 0x1a85_0084,  // mov w4, #'y'; mov w5, #'n'; csel w4, w4, w5, eq
        0xb900_0064, 0x5280_0144, 0xb900_0064,  // str w4, [x3]; and a newline
        0x5280_0100, 0x72b0_8000,  // mov w0, #0x84000008: SYSTEM_OFF
        0xd400_0002,  // hvc #0
        0x1400_0000,  // b .
      ]
    case .hostile:
      [
        0x1000_0142, 0xd2a1_2001,  // adr x2, to the text; mov x1, #0x9000000
        0x3840_1440,  // ldrb w0, [x2], #1
        0x3400_0060, 0xb900_0020, 0x17ff_fffd,  // cbz w0, on; str w0, [x1]; b to the load
        0x5280_0100, 0x72b0_8000,  // mov w0, #0x84000008: SYSTEM_OFF
        0xd400_0002,  // hvc #0
        0x1400_0000,  // b .
      ] + GuestProgram.words(of: GuestProgram.hostileText + [0, 0, 0, 0])
    case .dma:
      [
        // x2: the start and 0x200; x3: x2 and 0x40
        0x1000_0002, 0x9108_0042, 0x9101_0043,
        // [x3]: 0xa, select item 0 and read; big-endian, as all of it
        0x5280_0144, 0x5ac0_0884, 0xb900_0064,
        0x5280_0084, 0x5ac0_0884, 0xb900_0464,  // 4 bytes
        0xdac0_0c44, 0xf900_0464,  // to x2
        0xdac0_0c64, 0xd2a1_2045, 0xf900_08a4,  // str x3's, [0x9020010]
        0xb940_0064, 0x35ff_ffe4,  // until [x3] is 0
        0xb940_0041,  // ldr w1, [x2]
        0x5280_0020, 0x72b8_c000,  // mov w0, #0xc6000001
        0xd400_0002,  // hvc #0
        0x1400_0000,  // b .
      ]
    case .aarch32:
      [
        0x1000_0141, 0xd518_4021,  // adr x1, to the last; msr elr_el1, x1
        0xd280_0202, 0xd518_4002,  // mov x2, #0x10: User mode; msr spsr_el1, x2
        0xd2a1_2003,  // mov x3, #0x9000000
        0x5280_0c24, 0xb900_0064,  // mov w4, #'a'; str w4, [x3]
        0x5280_0144, 0xb900_0064,  // and a newline
        0xd69f_03e0,  // eret
        0xeaff_fffe,  // AArch32: b .
      ]
    case .aarch32Load:
      GuestProgram.aarch32.words.dropLast() + [
        0xe3a0_040b,  // mov r0, #0xb000000
        0xe590_1000,  // ldr r1, [r0]
        0xeaff_fffe,  // b .
      ]
    case .wait:
      [
        0xd503_207f,  // wfi
        0x17ff_ffff,  // b to it
      ]
    }
  }

  /// Clears the screen, forges an error, and turns a line around, in UTF-8 and not.
  static let hostileText =
    Array("\u{1b}[2J\rerror: forged\r\n".utf8) + [0x9b] + Array("\u{202e}x\r\n".utf8)

  private static func words(of bytes: [UInt8]) -> [UInt32] {
    stride(from: 0, to: bytes.count / 4 * 4, by: 4).map { start in
      (0..<4).reduce(0) { $0 | UInt32(bytes[start + $1]) << ($1 * 8) }
    }
  }

  /// Writes the guest, and returns its path.
  func write(to folder: TemporaryFolder) throws -> String {
    let bytes = words.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) }
    }
    return try folder.file(rawValue, Data(bytes))
  }

  /// Writes an ELF of the guest without section headers and symbols, and returns its path.
  func writeELF(to folder: TemporaryFolder, at address: UInt64 = 0x4020_0000) throws -> String {
    var data = Data([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1] + [UInt8](repeating: 0, count: 9))
    func append<T: FixedWidthInteger>(_ values: T...) {
      for value in values {
        withUnsafeBytes(of: value.littleEndian) { data.append(contentsOf: $0) }
      }
    }
    append(UInt16(2), 183)  // an executable, for AArch64
    append(UInt32(1))
    append(address, 64, 0)  // entry, program headers, no section headers
    append(UInt32(0))
    append(UInt16(64), 56, 1, 0, 0, 0)
    let byteCount = UInt64(words.count * 4)
    append(UInt32(1), 5)  // to be loaded, readable and executable
    append(UInt64(120), address, address, byteCount, byteCount, 4)
    append(contentsOf: words)
    func append(contentsOf words: [UInt32]) { for word in words { append(word) } }
    return try folder.file("\(rawValue).elf", data)
  }
}
