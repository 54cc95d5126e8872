#if !hasFeature(Embedded)
  /// How EL2 reaches the registers of EL1 and EL0.
  extension SystemRegister {
    /// The EL1 or EL0 register that an encoding whose name ends in `_EL12` or `_EL02` accesses. Nil for other
    /// encodings. (Arm ARM DDI 0487, D24.1.3 "Accessing registers with the _EL12 and _EL02 aliases".)
    public var redirected: SystemRegister? { Self.targets[self] }

    /// The encoding with which an instruction at EL2 accesses this register.
    ///
    /// If HCR_EL2.E2H is 1, an access to `X_EL1` accesses EL2's register if there is a name `X_EL12`, and so do
    /// accesses to EL0's timers. (Arm ARM DDI 0487, "HCR_EL2", E2H.)
    ///
    /// - Returns: nil for an `_EL12` or `_EL02` name while E2H is 0, where it is UNDEFINED.
    public func encodingAtEL2(isE2H: Bool) -> SystemRegister? {
      if redirected != nil { return isE2H ? self : nil }
      return isE2H ? Self.aliases[self] ?? self : self
    }

    /// The EL1 and EL0 registers, by their aliases.
    private static let targets: [SystemRegister: SystemRegister] = {
      var targets: [SystemRegister: SystemRegister] = [:]
      for alias in allNamed {
        guard let name = alias.name?.description, name.hasSuffix("_EL12") || name.hasSuffix("_EL02")
        else { continue }
        targets[alias] = SystemRegister(named: String(name.dropLast()))
      }
      return targets
    }()

    private static let aliases = Dictionary(
      uniqueKeysWithValues: targets.map { ($0.value, $0.key) })
  }
#endif
