extension CodePath {
  /// A load or a store of one or two registers, next to each other in memory.
  fileprivate struct Access {
    var isStore: Bool
    /// General-purpose registers; nil for SIMD registers.
    var registers: [Int?]
    /// The size of each register.
    var byteCount: Int
    var base: Int
    var offset: Int
    /// The base is changed by the offset: before the access, or after it.
    var writeBack: WriteBack?

    enum WriteBack { case before, after }
  }

  /// Loads and stores (Arm ARM DDI 0487, C4.1 "Loads and Stores"): of pairs, with an unsigned offset, and with
  /// a signed one, with and without write-back; literals. Others, and stores whose address isn't relative to
  /// SP, end the path: they may write anywhere.
  mutating func executeLoadOrStore(_ word: UInt32) throws {
    if word & 0x3b00_0000 == 0x1800_0000 {
      // A literal, or a prefetch of one.
      if word >> 26 & 1 == 0 { set(Int(word & 31), .other) }
      return
    }
    guard let access = Access(word) else { throw notUnderstood("isn't understood") }
    try execute(access)
  }

  private mutating func execute(_ access: Access) throws {
    let base = base(access.base)
    let first = access.writeBack == .after ? base : base.adding(access.offset)
    if access.isStore {
      guard case .stack(let start) = first else {
        throw notUnderstood("stores to an address that isn't relative to SP")
      }
      for (index, register) in access.registers.enumerated() {
        let value: Value =
          switch register {
          case 31: .constant(0)
          case let number?: registers[number]
          case nil: .other
          }
        store(value, at: start + index * access.byteCount, byteCount: access.byteCount)
      }
    } else {
      for (index, register) in access.registers.enumerated() {
        guard let register else { continue }
        var value = Value.other
        if case .stack(let start) = first, access.byteCount == 8 {
          value = stack[start + index * 8] ?? .other
        }
        set(register, value)
      }
    }
    guard access.writeBack != nil else { return }
    if access.base == 31 {
      try setStackPointer(base.adding(access.offset))
    } else {
      set(access.base, base.adding(access.offset))
    }
  }
}

extension CodePath.Access {
  init?(_ word: UInt32) {
    if word & 0x3a00_0000 == 0x2800_0000 {
      self.init(pair: word)
    } else if word & 0x3b00_0000 == 0x3900_0000 {
      self.init(single: word, offset: Int(word >> 10 & 0xfff), isScaled: true, writeBack: nil)
    } else if word & 0x3b20_0000 == 0x3800_0000 {
      let offset = Int(Int32(bitPattern: word << 11) >> 23)
      let writeBack: WriteBack? =
        switch word >> 10 & 3 {
        case 0b01: .after
        case 0b11: .before
        default: nil
        }
      self.init(single: word, offset: offset, isScaled: false, writeBack: writeBack)
    } else {
      return nil
    }
  }

  /// LDP, STP and the like. opc is the size; 0b01 of the general registers is LDPSW, or STGP, which writes tags.
  private init?(pair word: UInt32) {
    let opc = Int(word >> 30)
    let isSIMD = word >> 26 & 1 != 0
    isStore = word >> 22 & 1 == 0
    guard isSIMD ? opc < 3 : opc == 0 || opc == 2 || opc == 1 && !isStore else { return nil }
    byteCount = isSIMD ? 4 << opc : opc == 2 ? 8 : 4
    registers = isSIMD ? [nil, nil] : [Int(word & 31), Int(word >> 10 & 31)]
    base = Int(word >> 5 & 31)
    offset = Int(Int32(bitPattern: word << 10) >> 25) * byteCount
    switch word >> 23 & 3 {
    case 0b01: writeBack = .after
    case 0b11: writeBack = .before
    default: writeBack = nil
    }
  }

  /// One register: size in bits 31:30, opc in 23:22. For SIMD registers, opc 0b1x means 128 bits; for general ones, a
  /// sign-extending load, or a prefetch, which has no register.
  private init?(single word: UInt32, offset: Int, isScaled: Bool, writeBack: WriteBack?) {
    let size = Int(word >> 30)
    let opc = Int(word >> 22 & 3)
    let isSIMD = word >> 26 & 1 != 0
    isStore = isSIMD ? opc & 1 == 0 : opc == 0
    byteCount = isSIMD && opc & 2 != 0 ? 16 : 1 << size
    let isPrefetch = !isSIMD && size == 3 && opc == 2
    registers = isSIMD || isPrefetch ? [nil] : [Int(word & 31)]
    base = Int(word >> 5 & 31)
    self.offset = isScaled ? offset * byteCount : offset
    self.writeBack = writeBack
  }
}
