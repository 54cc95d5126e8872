#if !hasFeature(Embedded)
  extension DecodableRegister {
    /// The register with a name or an alias, ignoring case; nil if there is none. A numbered name is valid for numbers
    /// below the register's `count`. A VHE name, such as SCTLR_EL12, names the EL1 or EL0 register that it accesses.
    public static func named(_ name: some StringProtocol) -> DecodableRegister? {
      let name = name.lowercased()
      if let register = byName[name] { return register }
      guard name.hasSuffix("_el12") || name.hasSuffix("_el02") else { return nil }
      return byName[String(name.dropLast())]
    }

    private static let byName: [String: DecodableRegister] = {
      var registers: [String: DecodableRegister] = [:]
      for register in all {
        for name in [register.name] + register.aliases {
          for name in register.names(name.description.lowercased()) { registers[name] = register }
        }
      }
      return registers
    }()

    /// A name, and the same name with each number.
    private func names(_ name: String) -> [String] {
      guard count > 0 else { return [name] }
      let hasLevel = name.dropLast().hasSuffix("_el")
      let end = name.index(name.endIndex, offsetBy: hasLevel ? -4 : 0)
      return [name] + (0..<count).map { name[..<end] + "\($0)" + name[end...] }
    }
  }
#endif
