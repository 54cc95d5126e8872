internal import ArmVCpu
internal import GDBRemote

/// The V registers of a CPU as its stub has them. For a CPU with SVE, these may be only Z registers: V is their low 128
/// bits, and a write of V clears the rest (Arm ARM DDI 0487, B1.2.2).
struct VectorRegisterFile {
  let access: TargetAccess

  /// The stub's register with a number, and its bytes, the lowest first.
  func read(_ index: UInt8) throws -> (register: RegisterDescription, bytes: [UInt8]) {
    let register = try access.target.registers["z\(index)"] ?? access.description(of: "v\(index)")
    return (register, try access.target.batch([.register(register)])[0].bytes())
  }
}

extension VectorRegister {
  /// Creates a register from its bytes, the lowest first. Bytes after the first 16 are ignored.
  init(_ bytes: [UInt8]) {
    func half(_ start: Int) -> UInt64 {
      bytes.dropFirst(start).prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
    self.init(low: half(0), high: half(8))
  }

  /// Its bytes, the lowest first, zero-extended to a register of `count` bytes.
  func bytes(count: Int) -> [UInt8] {
    let bytes = [low, high].flatMap { half in
      (0..<8).map { UInt8(truncatingIfNeeded: half >> ($0 * 8)) }
    }
    return bytes + [UInt8](repeating: 0, count: max(count - bytes.count, 0))
  }
}
