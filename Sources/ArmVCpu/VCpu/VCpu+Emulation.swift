internal import CArmVCpu

extension VCpu {
  /// Carries out the access of the last exit on a device, whether the syndrome describes it (`.mmioRead`,
  /// `.mmioWrite`) or the instruction has to be decoded (`.dataAbort` with ISV clear): pairs, vectors, accesses
  /// with writeback. An instruction that isn't a sequence of accesses is refused: see `MemoryInstruction`.
  ///
  /// It is all or nothing: registers, base and PC change only if the device accepted every access. If the device
  /// refuses the second half of a pair, its side effects of the first half remain, as the architecture allows for
  /// an instruction that aborts.
  ///
  /// An access is made of elements as wide as its registers, at ascending addresses; 128 bits are two elements of
  /// 64. An access that crosses the end of a 4 KiB page is refused, whether the syndrome describes it or not: the
  /// syndrome gives the address of only one of the two pages.
  ///
  /// - Parameter device: returns the value of a load, and any value for a store; nil refuses the access. Values
  ///   are little-endian, whatever the guest's byte order.
  @inline(__always)
  public mutating func emulate(_ device: (DeviceAccess) -> UInt64?) -> Emulation {
    guard isExitOpen else { return .refused }
    switch lastExit {
    case .mmioRead(let access):
      if let outcome = outcomeOverPages(access) { return outcome }
      let request = DeviceAccess(address: access.address, byteCount: access.byteCount)
      guard let value = device(request) else { return .refused }
      finish(access, loaded: value)
      return .completed
    case .mmioWrite(let access, let value):
      if let outcome = outcomeOverPages(access) { return outcome }
      let request = DeviceAccess(
        address: access.address, byteCount: access.byteCount, storedValue: value)
      guard device(request) != nil else { return .refused }
      skip()
      return .completed
    case .dataAbort(let abort):
      let iss = DataAbortSyndrome(iss: syndrome.esr.iss)
      guard !iss.isInstructionSyndromeValid, iss.isUnmappedAccess, let fault = abort.address else {
        return .refused
      }
      return emulateInstruction(isWrite: abort.isWrite, at: fault, device)
    default: return .refused
    }
  }

  /// Carries out the access of the last exit on memory that stage 2 maps, but doesn't let the guest access: for a
  /// hypervisor that takes permission away to see accesses. Only what `emulate(_:)` can decode: otherwise the guest has
  /// to execute the instruction itself, with the permission back.
  ///
  /// - Parameters:
  ///   - address: where stage 1 leads FAR_EL2 to, which HPFAR_EL2 doesn't say for a permission fault. (Arm ARM
  ///     DDI 0487, "HPFAR_EL2".)
  ///   - memory: as in `emulate(_:)`; the elements of one instruction are in one page of 4 KiB.
  public mutating func carryOut(
    at address: IntermediatePhysicalAddress, on memory: (DeviceAccess) -> UInt64?
  ) -> Emulation {
    guard case .dataAbort(let abort) = exit, abort.cause == .permission else { return .refused }
    return emulateInstruction(isWrite: abort.isWrite, at: address, memory)
  }

  /// The outcome of an access that the syndrome describes if it crosses two pages; nil if it is within one.
  ///
  /// FAR_EL2 is the lowest address that faulted. At the start of a page, that may be the middle of an access that
  /// began in a mapped page; in AArch64 the instruction shows whether it is.
  @inline(__always)
  private mutating func outcomeOverPages(_ access: MMIOAccess) -> Emulation? {
    let offset = access.address.rawValue & 0xfff
    if offset != 0 { return offset + UInt64(access.byteCount) <= 0x1000 ? nil : .refused }
    guard access.byteCount > 1, !frame.pstate.isAArch32 else { return nil }
    return outcomeAtHeadOfPage()
  }

  @inline(never)
  private mutating func outcomeAtHeadOfPage() -> Emulation? {
    guard let word = machine.instruction(at: GuestVirtualAddress(frame.exceptionPC)) else {
      return retry()
    }
    let plain = PlainAccess.address(
      of: word, base: { base($0) }, index: { gpr($0) })
    if let plain, faultOffset(from: plain) == 0 {
      retries.count = 0
      return nil
    }
    return outcome(of: word)
  }

  /// The same, for every instruction.
  @inline(never)
  private mutating func outcome(of word: UInt32) -> Emulation? {
    guard case .loadStore(let instruction) = MemoryInstruction.decode(word) else { return retry() }
    switch faultOffset(from: effectiveAddress(of: instruction).access) {
    case 0:
      retries.count = 0
      return nil
    case 1..<instruction.totalByteCount: return .refused
    default: return retry()
    }
  }

  /// How far after `address`, where an access begins, it faulted. The top byte of an address may be a tag, which
  /// FAR_EL2 may or may not include.
  @inline(__always)
  private func faultOffset(from address: UInt64) -> UInt64 {
    (syndrome.far &- address) & 0x00ff_ffff_ffff_ffff
  }

  @inline(never)
  private mutating func emulateInstruction(
    isWrite: Bool, at fault: IntermediatePhysicalAddress, _ device: (DeviceAccess) -> UInt64?
  ) -> Emulation {
    guard !frame.pstate.isAArch32 else { return .refused }
    guard let word = machine.instruction(at: GuestVirtualAddress(frame.exceptionPC)) else {
      return retry()
    }
    let instruction: LoadStoreInstruction
    switch MemoryInstruction(word) {
    case .loadStore(let decoded): instruction = decoded
    case .indivisible: return .refused
    case .other: return retry()
    }
    // The word was read after the fault. It describes the access only if it would make exactly this access.
    let (address, base) = effectiveAddress(of: instruction)
    guard instruction.isLoad != isWrite,
      faultOffset(from: address) < instruction.totalByteCount
    else {
      return retry()
    }
    guard address & 0xfff + instruction.totalByteCount <= 0x1000 else { return .refused }
    let start = IntermediatePhysicalAddress(fault.rawValue & ~0xfff | address & 0xfff)
    guard transfer(instruction, at: start, device) else { return .refused }
    if instruction.writesBack { setBase(instruction.base, base) }
    retries.count = 0
    skip()
    return .completed
  }

  /// Lets the guest repeat the instruction, but not forever: one that another vCPU keeps changing, or that can't
  /// be read although it was executed, is eventually refused.
  private mutating func retry() -> Emulation {
    let pc = frame.exceptionPC
    if retries.address != pc { retries = (pc, 0) }
    retries.count += 1
    guard retries.count > Self.maximumRetries else { return .retry }
    retries.count = 0
    return .refused
  }

  /// Where the access begins, and the base's new value if it is written back.
  @inline(__always)
  private mutating func effectiveAddress(
    of instruction: LoadStoreInstruction
  ) -> (access: UInt64, base: UInt64) {
    switch instruction.addressing {
    case .offset(let offset), .preIndex(let offset):
      let address = base(instruction.base) &+ UInt64(bitPattern: offset)
      return (address, address)
    case .postIndex(let offset):
      let address = base(instruction.base)
      return (address, address &+ UInt64(bitPattern: offset))
    case .register(let index, let extend, let shift):
      let address = base(instruction.base) &+ extend.value(of: gpr(index)) << UInt64(shift)
      return (address, address)
    case .literal(let offset):
      let address = frame.exceptionPC &+ UInt64(bitPattern: offset)
      return (address, address)
    case .authenticated(let offset, _):
      // FAR_EL2 has the address after authentication, which doesn't change the lowest 16 bits: no address is
      // narrower (Arm ARM DDI 0487, the pseudocode function CalculateBottomPACBit).
      let signed = base(instruction.base) &+ UInt64(bitPattern: offset)
      let address = syndrome.far & ~0xffff | signed & 0xffff
      return (address, address)
    }
  }

  @inline(__always)
  private mutating func base(_ register: UInt8) -> UInt64 {
    guard register == 31 else { return gpr(register) }
    return frame.pstate.usesEL1StackPointer ? machine.read(.sp_el1) : frame.sp_el0
  }

  private mutating func setBase(_ register: UInt8, _ value: UInt64) {
    guard register == 31 else { return setGPR(register, value) }
    if frame.pstate.usesEL1StackPointer {
      machine.write(.sp_el1, value)
    } else {
      unsafe context.pointee.frame.sp_el0 = value
    }
  }
}

extension LoadStoreInstruction.IndexExtension {
  /// The index, extended from its register.
  func value(of register: UInt64) -> UInt64 {
    switch self {
    case .uxtw: register & 0xffff_ffff
    case .sxtw: UInt64(bitPattern: Int64(Int32(truncatingIfNeeded: register)))
    case .lsl, .sxtx: register
    }
  }
}
