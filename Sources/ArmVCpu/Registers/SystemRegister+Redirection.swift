#if !hasFeature(Embedded)
  /// How EL2 reaches the registers of EL1 and EL0.
  extension SystemRegister {
    /// The register that is accessed by an encoding whose name ends in `_EL12` or `_EL02`: EL1's or EL0's own. Nil
    /// for other encodings. (Arm ARM DDI 0487, D24.1.3 "Accessing registers with the _EL12 and _EL02 aliases".)
    public var redirected: SystemRegister? { Self.targets[self] }

    /// The encoding by which an instruction at EL2 reaches this register.
    ///
    /// With HCR_EL2.E2H at 1 an access of `X_EL1` reaches EL2's register where there is a name `X_EL12`, and so do those
    /// of the timers of EL0. (Arm ARM DDI 0487, "HCR_EL2", E2H.)
    ///
    /// - Returns: nil for an `_EL12` or `_EL02` name while E2H is 0, where it is UNDEFINED.
    public func encodingAtEL2(isE2H: Bool) -> SystemRegister? {
      if redirected != nil { return isE2H ? self : nil }
      return isE2H ? Self.aliases[self] ?? self : self
    }

    /// EL1's and EL0's registers, by their aliases.
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
