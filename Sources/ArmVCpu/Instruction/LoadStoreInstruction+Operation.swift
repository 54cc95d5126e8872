extension LoadStoreInstruction {
  /// What size, V and opc mean in an instruction with one register (Arm ARM DDI 0487, C4.1,
  /// "Load/store register (unsigned immediate)" and its neighbours).
  ///
  /// | V | size | opc 0 | opc 1 | opc 2 | opc 3 |
  /// |---|---|---|---|---|---|
  /// | 0 | 0, 1 | store W | load W | load X, signed | load W, signed |
  /// | 0 | 2 | store W | load W | load X, signed | – |
  /// | 0 | 3 | store X | load X | prefetch | – |
  /// | 1 | 0 | store B | load B | store Q | load Q |
  /// | 1 | 1, 2, 3 | store H, S, D | load H, S, D | – | – |
  struct Operation {
    enum Effect {
      case transfer
      case prefetch
      case unallocated
    }

    let effect: Effect
    let isLoad: Bool
    let byteCount: UInt8
    let kind: RegisterKind
    let extendsSign: Bool

    @inline(always)
    init(size: UInt32, isVector: Bool, opc: UInt32) {
      if isVector {
        let isQ = size == 0 && opc >= 2
        effect = opc < 2 || isQ ? .transfer : .unallocated
        isLoad = opc & 1 != 0
        byteCount = isQ ? 16 : 1 &<< UInt8(truncatingIfNeeded: size)
        kind = .v
        extendsSign = false
      } else {
        switch (opc, size) {
        case (0...1, _), (2, 0...2), (3, 0...1): effect = .transfer
        case (2, _): effect = .prefetch
        default: effect = .unallocated
        }
        isLoad = opc != 0
        byteCount = 1 &<< UInt8(truncatingIfNeeded: size)
        kind = size == 3 || opc == 2 ? .x : .w
        extendsSign = opc >= 2
      }
    }

    /// The instruction with Rt and Rn of `word`.
    @inline(always)
    func instruction(_ word: UInt32, _ addressing: Addressing) -> LoadStoreInstruction {
      let register = UInt8(truncatingIfNeeded: word & 31)
      return LoadStoreInstruction(
        isLoad: isLoad, isPair: false, byteCount: byteCount, kind: kind, extendsSign: extendsSign,
        first: register, second: register, base: UInt8(truncatingIfNeeded: word >> 5 & 31),
        addressing: addressing)
    }

    /// The decoded `word`. Not every addressing mode has a prefetch.
    @inline(always)
    func decoded(
      _ word: UInt32, _ addressing: Addressing, hasPrefetch: Bool = false
    ) -> MemoryInstruction {
      switch effect {
      case .transfer:
        let result = instruction(word, addressing)
        return result.isUnpredictable ? .indivisible : .loadStore(result)
      case .prefetch: return hasPrefetch ? .other : .indivisible
      case .unallocated: return .indivisible
      }
    }
  }
}
