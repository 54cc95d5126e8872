#if !hasFeature(Embedded)
  extension SystemRegister {
    /// All registers and instructions that have a name, ordered by op0, op1, CRn, CRm and op2.
    public static let allNamed: [SystemRegister] = (UInt32(1)...3).flatMap { op0 in
      (UInt32(0)..<0x4000).compactMap { rest in
        let register = SystemRegister(op0, rest >> 11, rest >> 7, rest >> 3, rest)
        return register.name == nil ? nil : register
      }
    }

    /// `S3_0_C1_C0_0`: the name that every register has (Arm ARM DDI 0487, C5.1.3).
    public var encodingName: String { "S\(op0)_\(op1)_C\(crn)_C\(crm)_\(op2)" }

    /// The register with a name from the manual, such as `SCTLR_EL1`, `TLBI VMALLE1` or `S3_0_C1_C0_0`,
    /// ignoring case. A name without an exception level means the lowest level that has such a register,
    /// with EL0 last: `SCTLR` is `SCTLR_EL1`.
    public init?(named name: some StringProtocol) {
      let words = name.lowercased().split { $0.isWhitespace || $0 == "," }
      let name = words.joined(separator: " ")
      if let register = Self.byName[name] ?? Self.byEncodingName(name) {
        self = register
        return
      }
      let levels = ["_el1", "_el2", "_el3", "_el0"]
      guard let register = levels.lazy.compactMap({ Self.byName[name + $0] }).first else {
        return nil
      }
      self = register
    }

    private static let byName: [String: SystemRegister] = {
      var registers: [String: SystemRegister] = [:]
      for register in allNamed {
        for isRead in [true, false] {
          guard let name = register.name(isRead: isRead) else { continue }
          registers[name.description.lowercased()] = register
        }
      }
      return registers
    }()

    private static func byEncodingName(_ name: String) -> SystemRegister? {
      let parts = name.split(separator: "_", omittingEmptySubsequences: false)
      guard parts.count == 5, parts[0].first == "s", parts[2].first == "c", parts[3].first == "c"
      else { return nil }
      let texts = [
        parts[0].dropFirst(), parts[1], parts[2].dropFirst(), parts[3].dropFirst(), parts[4],
      ]
      // Op0 0 isn't used by system registers but by MSR (immediate), hints and barriers.
      let ranges: [ClosedRange<UInt32>] = [1...3, 0...7, 0...15, 0...15, 0...7]
      let numbers = zip(texts, ranges).compactMap { text, range in
        text.first?.isNumber == true ? UInt32(text).flatMap { range ~= $0 ? $0 : nil } : nil
      }
      guard numbers.count == 5 else { return nil }
      return SystemRegister(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4])
    }
  }
#endif
