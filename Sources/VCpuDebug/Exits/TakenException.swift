public import ArmVCpu
internal import GDBRemote

/// An exception that a CPU has taken to its vectors, with what the CPU's registers say about it.
///
/// Arm ARM DDI 0487, D1.3 "Exceptions": the vectors are 16 pieces of 0x80 bytes from VBAR_ELx; the first eight are for
/// exceptions from the same level.
public struct TakenException: Equatable, Sendable {
  /// The level that it was taken to, 1 to 3.
  public let level: UInt8
  /// Whether it came from a lower level.
  public let isFromLower: Bool
  /// Which of the vectors it is.
  public let kind: TrapKind
  /// ESR_ELx; nil for an interrupt, which doesn't write it.
  public let syndrome: ESR_EL2?
  /// FAR_ELx; nil if it doesn't belong to the exception.
  public let address: UInt64?
  /// ELR_ELx, where the CPU goes on after it.
  public let returnAddress: UInt64
  /// The instruction that took it or, for an interrupt, before which it came.
  public let pc: UInt64
  /// The space that `pc` is an address of.
  public let space: AddressSpace
  /// Where its vector is.
  public let vector: UInt64
  /// The vector's distance from VBAR_ELx, a multiple of 0x80 below 0x800.
  public let offset: UInt64
  /// Whether there is memory at its vector. If there isn't, the CPU can only take an instruction abort there, again
  /// and again.
  public let isVectorMapped: Bool

  /// Whether the CPU has fetched its vector in vain: then the syndrome is the fetch's, and nothing is left of the
  /// exception before it.
  public var isOfVector: Bool { !isVectorMapped && pc == vector }
}

extension Exits {
  /// The exception that an instruction of the selected CPU has caused; nil if it was just executed.
  ///
  /// - Parameters:
  ///   - before: the CPU before the instruction, and the space that it executed addresses of.
  ///   - after: the CPU after it.
  func exception(
    from before: (state: CPUState, space: AddressSpace), to after: CPUState
  ) throws -> TakenException? {
    guard let old = before.state.exceptionLevel, let new = after.exceptionLevel, new >= old,
      let vector = try vector(at: after)
    else { return nil }
    guard vector.isFromLower == (new > old) else { return nil }
    // Only an exception raises the level. At the same one, code may just as well have branched to a vector.
    let isCall = [0x15, 0x16, 0x17].contains(vector.syndrome.exceptionClass.rawValue)
    let returns = [before.state.pc] + (isCall ? [before.state.pc &+ 4] : [])
    guard new > old || vector.masksAll && returns.contains(vector.returnAddress) else { return nil }
    return try exception(vector, at: after, from: before.state.pc, in: before.space)
  }

  /// The exception whose vector the selected CPU is at, if there is no memory: then the CPU can't leave it.
  public func exceptionWithoutVector() throws -> TakenException? {
    let state = try access.requireState()
    let space = memory.space(at: state)
    guard isVectorAligned(state), (try? memory.read(space, state.pc, byteCount: 4)) == nil,
      let vector = try vector(at: state), vector.masksAll
    else { return nil }
    let origin: AddressSpace =
      !vector.isFromLower ? space : space == .hypervisor ? .guest : space
    return try exception(vector, at: state, from: vector.returnAddress, in: origin)
  }

  /// The exception that a guest was about to take when the fetch of its vector made it exit; nil if that isn't why it
  /// exited. The guest's registers have to be in the CPU.
  public func exceptionWithoutVector(of exit: Exit) throws -> TakenException? {
    guard case .instructionAbort = exit.reason, exit.moment == .caught, !exit.isCopy,
      exit.pstate.exceptionLevel == 1, !exit.pstate.isAArch32, exit.pc % Self.vectorByteCount == 0,
      let vector = try vector(of: 1, at: exit.pc, pstate: exit.pstate.rawValue), vector.masksAll
    else { return nil }
    return exception(vector, from: vector.returnAddress, in: .guest, isMapped: false)
  }

  // MARK: Reading

  private static let vectorByteCount: UInt64 = 0x80

  /// A vector that a CPU is at, and the registers that an exception writes.
  private struct Vector {
    let level: UInt8
    let address: UInt64
    let offset: UInt64
    let returnAddress: UInt64
    let syndrome: ESR_EL2
    let faultAddress: UInt64
    /// Whether PSTATE.DAIF is all ones, as after every exception.
    let masksAll: Bool

    var isFromLower: Bool { offset >= 0x400 }
    var kind: TrapKind { TrapKind(rawValue: UInt8(offset >> 7 & 3)) ?? .synchronous }
  }

  private func isVectorAligned(_ state: CPUState) -> Bool {
    guard access.architecture.hasExceptionLevels, let pstate = state.pstate,
      !SPSR_EL2(rawValue: pstate).isAArch32, let level = state.exceptionLevel, level > 0
    else { return false }
    return state.pc % Self.vectorByteCount == 0
  }

  /// The vector that a CPU is at; nil if it isn't at one, or if the stub doesn't show the registers.
  private func vector(at state: CPUState) throws -> Vector? {
    guard isVectorAligned(state), let level = state.exceptionLevel, let pstate = state.pstate else {
      return nil
    }
    return try vector(of: level, at: state.pc, pstate: pstate)
  }

  private func vector(of level: UInt8, at pc: UInt64, pstate: UInt64) throws -> Vector? {
    let names = ["VBAR", "ELR", "ESR", "FAR"].compactMap {
      access.shownSystemRegister(named: "\($0)_EL\(level)")?.name
    }
    guard names.count == 4 else { return nil }
    let values = try access.readRegisters(names)
    // VBAR_ELx[10:0] are RES0.
    let base = values[0] & ~0x7ff
    guard pc >= base, pc - base < 0x800 else { return nil }
    return Vector(
      level: level, address: pc, offset: pc - base, returnAddress: values[1],
      syndrome: ESR_EL2(rawValue: values[2]), faultAddress: values[3],
      masksAll: pstate >> 6 & 0xf == 0xf)
  }

  private func exception(
    _ vector: Vector, at state: CPUState, from pc: UInt64, in space: AddressSpace
  ) throws -> TakenException {
    let seen = memory.space(at: state)
    let isMapped = (try? memory.read(seen, vector.address, byteCount: 4)) != nil
    return exception(vector, from: pc, in: space, isMapped: isMapped)
  }

  private func exception(
    _ vector: Vector, from pc: UInt64, in space: AddressSpace, isMapped: Bool
  ) -> TakenException {
    let hasSyndrome = vector.kind == .synchronous || vector.kind == .serror
    return TakenException(
      level: vector.level, isFromLower: vector.isFromLower, kind: vector.kind,
      syndrome: hasSyndrome ? vector.syndrome : nil,
      address: vector.kind == .synchronous && vector.syndrome.hasFaultAddress
        ? vector.faultAddress : nil,
      returnAddress: vector.returnAddress, pc: pc, space: space, vector: vector.address,
      offset: vector.offset, isVectorMapped: isMapped)
  }
}

extension ESR_EL2 {
  /// Whether FAR_ELx belongs to the exception: for aborts, unless FnV (ISS bit 10) says that it doesn't, and for
  /// misaligned PCs and watchpoints (Arm ARM, "FAR_EL1").
  fileprivate var hasFaultAddress: Bool {
    switch exceptionClass.rawValue {
    case 0x20, 0x21, 0x24, 0x25: iss & 1 << 10 == 0
    case 0x22, 0x34, 0x35: true
    default: false
    }
  }
}
