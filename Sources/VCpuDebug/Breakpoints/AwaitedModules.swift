internal import ArmVCpu
internal import GDBRemote

/// Guests' files whose place isn't known yet though breakpoints wait for their names: a kernel that moves itself when it
/// starts (KASLR). They are placed while the guest runs, before it reaches the first of those breakpoints.
///
/// Every exit and entry is looked at until then:
/// - A guest whose vectors (VBAR_EL1) are there has its code there.
/// - Before, with its MMU off, Linux runs at physical addresses. There its one branch to virtual addresses is found, at the
///   end of `__primary_switch` (arch/arm64/kernel/head.S), and the target stops at it: the register that it goes to has the
///   address of `__primary_switched`.
final class AwaitedModules {
  private let access: TargetAccess
  private let modules: SessionModules
  private let exits: Exits
  private let points: SessionBreakpoints
  private let placer: ModulePlacer

  /// The branches to virtual addresses, by their physical addresses in the guest.
  private var branches: [UInt64: Branch] = [:]
  /// What was looked at last: only a change can show more.
  private var lastLook: Look?

  private struct Branch {
    let module: Module
    /// The number of the register with the address.
    let register: Int
  }

  private struct Look: Equatable {
    let isTranslated: Bool
    /// VBAR_EL1; the guest's PC while its MMU is off.
    let address: UInt64
  }

  init(
    _ access: TargetAccess, _ modules: SessionModules, _ exits: Exits,
    _ points: SessionBreakpoints, _ placer: ModulePlacer
  ) {
    self.access = access
    self.modules = modules
    self.exits = exits
    self.points = points
    self.placer = placer
  }

  // MARK: What is needed

  /// The exits that are needed to place them.
  var interest: ExitInterest {
    exits.way == nil || awaited.isEmpty ? [] : [.exits, .entries]
  }

  /// Where the target must stop in the guest. A placed kernel may start again, and go elsewhere.
  var addresses: Set<UInt64> {
    guard !branches.isEmpty else { return [] }
    return Set(branches.filter { hasBreakpoints(in: $0.value.module) }.keys)
  }

  private var awaited: [Module] {
    modules.all.filter {
      !$0.isPlaced && !$0.isDoubted && $0.file != nil && $0.space.kind == .guest
        && hasBreakpoints(in: $0)
    }
  }

  private func hasBreakpoints(in module: Module) -> Bool {
    points.table.all.contains { breakpoint in
      guard breakpoint.isEnabled, case .code(let place) = breakpoint.kind else { return false }
      return place.space.kind == .guest && place.addresses.contains(where: module.contains)
    }
  }

  // MARK: At a stop

  /// Places those that can be placed now; their breakpoints move with them.
  func look(at state: CPUState) throws {
    let revision = modules.revision
    do {
      try place(at: state)
    } catch is DebugError {
      // The next stop may tell more.
    }
    if modules.revision != revision { try points.renewLocations() }
  }

  private func place(at state: CPUState) throws {
    if !state.isAtEL2, let branch = branches[state.pc] {
      let target = try access.readRegister("x\(branch.register)")
      branch.module.isPlaced = false
      return try placer.place([branch.module], by: (target, Self.branchTarget))
    }
    let awaited = awaited
    guard !awaited.isEmpty, let exit = exits.current, exit.moment != .handled,
      access.target.registers["SCTLR_EL1"] != nil
    else { return }
    let isTranslated = try access.readRegister("SCTLR_EL1") & 1 != 0
    let address = isTranslated ? try access.readRegister("VBAR_EL1") : exit.pc
    let look = Look(isTranslated: isTranslated, address: address)
    guard look != lastLook else { return }
    lastLook = look
    try placer.place(awaited)
    guard !isTranslated else { return }
    for module in awaited where !module.isPlaced {
      try findBranch(of: module, executing: address)
    }
  }

  // MARK: Linux without its MMU

  /// Finds the branch to virtual addresses of a kernel whose code is at a physical address.
  private func findBranch(of module: Module, executing pc: UInt64) throws {
    guard let file = module.file, let branch = Self.branch(of: file),
      let distance = try placer.placement.slide(of: file, by: pc, in: module.space)
    else { return }
    branches[branch.address &+ distance] = Branch(module: module, register: branch.register)
  }

  /// The last `BR Xn` of `__primary_switch`, at the file's address, and `n`; nil in another file.
  private static func branch(of file: SymbolFile) -> (address: UInt64, register: Int)? {
    guard let symbol = file.names.table.symbol(named: branchOwner),
      file.names.table.symbol(named: branchTarget) != nil
    else { return nil }
    let end = file.names.table.end(of: symbol)
    guard end > symbol.address else { return nil }
    let byteCount = min(end - symbol.address, maximumOwnerByteCount)
    let bytes = file.contents(at: symbol.address, byteCount: Int(byteCount)) ?? []
    let words = stride(from: 0, to: bytes.count & ~3, by: 4).map { offset in
      (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[offset + $1]) << UInt32($1 * 8) }
    }
    // Arm ARM, C6.2: BR.
    guard let index = words.lastIndex(where: { $0 & 0xffff_fc1f == 0xd61f_0000 }) else {
      return nil
    }
    return (symbol.address &+ UInt64(index) * 4, Int(words[index] >> 5 & 31))
  }

  private static let branchOwner = "__primary_switch"
  private static let branchTarget = "__primary_switched"
  private static let maximumOwnerByteCount: UInt64 = 4096
}
