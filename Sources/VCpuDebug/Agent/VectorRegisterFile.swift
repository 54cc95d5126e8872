internal import ArmVCpu
internal import GDBRemote

/// The V registers of a CPU as its stub has them. Of a CPU with SVE that may be Z registers alone: V is their low 128 bits,
/// and what writes V clears the rest (Arm ARM DDI 0487, B1.2.2).
struct VectorRegisterFile {
  let access: TargetAccess

  /// The stub's register of a number, and its bytes, the lowest first.
  func read(_ index: UInt8) throws -> (register: RegisterDescription, bytes: [UInt8]) {
    let register = try access.target.registers["z\(index)"] ?? access.description(of: "v\(index)")
    return (register, try access.target.batch([.register(register)])[0].bytes())
  }
}

extension VectorRegister {
  /// The register of its bytes, the lowest first. What is above 16 of them is none of it.
  init(_ bytes: [UInt8]) {
    func half(_ start: Int) -> UInt64 {
      bytes.dropFirst(start).prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
    self.init(low: half(0), high: half(8))
  }

  /// Its bytes, the lowest first, in a register of so many: the others are 0.
  func bytes(count: Int) -> [UInt8] {
    let bytes = [low, high].flatMap { half in
      (0..<8).map { UInt8(truncatingIfNeeded: half >> ($0 * 8)) }
    }
    return bytes + [UInt8](repeating: 0, count: max(count - bytes.count, 0))
  }
}
