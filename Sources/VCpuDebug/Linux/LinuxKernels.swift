internal import ArmVCpu
internal import GDBRemote

/// Finds Linux kernels in memory, and the names that they have of themselves.
///
/// Its vectors lead to a kernel: the register that has their address, and the tables that translate it. The kernel is
/// around them in the memory of its machine, in one piece. Of a guest that isn't Linux, samples are read.
public final class LinuxKernels {
  private let access: TargetAccess
  let memory: SessionMemory
  let modules: SessionModules
  /// The names that were found, by the kernel and its place.
  private var known: [Key: Module] = [:]
  /// Where no kernel was found.
  private var refused: Set<Key> = []
  private var isSearching = false
  /// Whether names are added when they are needed: not any more once the user has removed them.
  var isAutomatic = true
  /// The stop at which each space's kernel was looked for last.
  private var checkedGenerations: [AddressSpace: Int] = [:]
  /// What the last search cost, for benchmarks and tests.
  private(set) var readCount = 0

  /// What was found out about each kernel besides its names.
  var details: [Key: Details] = [:]

  struct Key: Hashable {
    var space: AddressSpace
    var vectors: UInt64
    var start: UInt64
  }

  init(_ access: TargetAccess, _ memory: SessionMemory, _ modules: SessionModules) {
    self.access = access
    self.memory = memory
    self.modules = modules
  }

  /// Why a kernel's names can't be had.
  public enum Failure: Error, Equatable, CustomStringConvertible {
    /// No kernel was found. The text says why.
    case noKernel(String)
    /// There is a kernel, and its table isn't one that is understood.
    case noTable
    /// The kernel was found, and what was asked for wasn't. The text says why.
    case notFound(String)

    /// A sentence without a full stop.
    public var description: String {
      switch self {
      case .noKernel(let reason): "no Linux kernel was found: \(reason)"
      case .noTable: "the memory from the guest's vectors on has no kallsyms of a known form"
      case .notFound(let reason): reason
      }
    }
  }

  // MARK: Names

  /// Adds the names of the kernel of a guest, or of KVM's host at EL2, that has no file, if there is one now; nothing if
  /// there is none.
  ///
  /// It is called when names are needed, and looks once at each stop and at most once at each place.
  func addIfNeeded(_ space: AddressSpace) {
    guard !isSearching, space == .guest || space == .hypervisor, access.hasHypervisor,
      access.hasTarget, isAutomatic
    else { return }
    let present = modules.of(space)?.modules ?? []
    guard present.allSatisfy({ $0.file == nil }),
      checkedGenerations[space] != access.generation
    else { return }
    checkedGenerations[space] = access.generation
    isSearching = true
    defer { isSearching = false }
    // Names are a help: what was asked for is done without them.
    guard let module = try? self.module(in: space, isRequested: false),
      !present.contains(where: { $0.codeRange == module.codeRange })
    else { return }
    // The guest on this CPU is another, or the same kernel is elsewhere after a reset.
    modules.remove { old in present.contains { $0 === old } }
    modules.add(module)
    modules.notes.append(.found(module))
  }

  /// The names of the kernel whose addresses a space has.
  ///
  /// - Parameters:
  ///   - isRequested: whether to look again where none was found.
  ///   - check: is called now and then; throws to give up.
  /// - Throws: `Failure`, and what reading the target throws.
  func module(
    in space: AddressSpace, isRequested: Bool = true, check: () throws -> Void = {}
  ) throws -> Module {
    try access.requireStopped()
    let (key, kernel) = try find(in: space, isRequested: isRequested)
    if let module = known[key] { return module }
    defer { readCount = kernel.bytes.readCount }
    guard
      let kallsyms = try Kallsyms(
        kernel.bytes, searchesAll: isRequested || kernel.isCertain, check: check)
    else {
      refused.insert(key)
      throw Failure.noTable
    }
    let release = try kernel.banner(kallsyms, check).flatMap(LinuxKernel.release)
    let table = SymbolTable(kallsyms)
    let module = Module(
      SymbolNames(table, demangler: NameDemanglers([])),
      from: "kallsyms of Linux\(release.map { " \($0)" } ?? "")", in: space)
    known[key] = module
    details[key, default: Details()].tables = kallsyms.place
    return module
  }

  // MARK: The kernel

  /// The kernel whose addresses a space has.
  ///
  /// - Throws: `Failure.noKernel`, and what reading the target throws.
  func kernel(in space: AddressSpace) throws -> LinuxKernel {
    try find(in: space, isRequested: true).kernel
  }

  func find(
    in space: AddressSpace, isRequested: Bool
  ) throws -> (key: Key, kernel: LinuxKernel) {
    guard try memory.canLook(at: space) else { throw Failure.noKernel("no guest has started") }
    let name = space.kind == .hypervisor ? "VBAR_EL2" : "VBAR_EL1"
    guard let register = access.shownSystemRegister(named: name) else {
      throw Failure.noKernel("the stub doesn't show \(name)")
    }
    let vectors = try access.readRegister(register.name)
    // Linux has its own addresses in the upper half.
    guard vectors >> 55 == 0x1ff else {
      throw Failure.noKernel("\(name) is 0x\(String(vectors, radix: 16)), where Linux has no code")
    }
    let (memorySpace, place) = try place(of: vectors & ~0xfff, in: space)
    let key = Key(space: space, vectors: vectors, start: place)
    if let kernel = kernels[key] { return (key, kernel) }
    guard isRequested || !refused.contains(key) else { throw Failure.noKernel("none was found") }
    let kernel = try kernel(around: place, vectors: vectors, of: space, in: memorySpace)
    kernels[key] = kernel
    return (key, kernel)
  }

  private var kernels: [Key: LinuxKernel] = [:]

  /// Where an address of a space is in the memory of its machine.
  func place(
    of address: UInt64, in space: AddressSpace, by given: AddressTranslation? = nil
  ) throws -> (space: AddressSpace, address: UInt64) {
    guard space.kind != .plain else { return (space, address) }
    var translation = try given ?? memory.translations.translation(of: space)
    translation.endsAfterStage1 = translation.stage2 != nil
    guard let output = try memory.walk(of: address, by: translation).output else {
      throw Failure.noKernel("its vectors aren't mapped")
    }
    return (space.kind == .guest ? .intermediatePhysical : .physical, output)
  }

  /// A kernel begins at a multiple of 64 KiB.
  private static let step: UInt64 = 1 << 16
  /// How far before the vectors the header is looked for.
  private static let stepCount: UInt64 = 33
  /// How much memory a kernel without a header is taken to have.
  private static let unknownByteCount = 64 << 20

  private func kernel(
    around place: UInt64, vectors: UInt64, of space: AddressSpace, in memorySpace: AddressSpace
  ) throws -> LinuxKernel {
    let last = place & ~(Self.step - 1)
    let starts = (0..<Self.stepCount).map { $0 * Self.step }.filter { $0 <= last }.map { last - $0 }
    // The current EL with SP_ELx, synchronous. (Arm ARM DDI 0487, D1.3.1.)
    let vector = place + (vectors & 0xfff) + 0x200
    let found = try read(
      memorySpace, starts + [vector], byteCount: LinuxKernel.headerByteCount)
    var start = last
    var byteCount: Int?
    for (candidate, header) in zip(starts, found) where byteCount == nil {
      byteCount = header.flatMap(LinuxKernel.byteCount)
      if byteCount != nil { start = candidate }
    }
    let isVector = found.last.map { $0.map(LinuxKernel.isLinuxVector) ?? false } ?? false
    // The vectors that KPTI has while a program runs may be after the names.
    if byteCount == nil, !isVector { start -= min(start, UInt64(Self.unknownByteCount / 2)) }
    let bytes = KernelBytes(
      byteCount: byteCount ?? Self.unknownByteCount,
      read: { [weak self] offset, count in
        try self?.read(memorySpace, start &+ UInt64(offset), byteCount: count)
      },
      readMany: { [weak self] offsets, count in
        try self?.read(memorySpace, offsets.map { start &+ UInt64($0) }, byteCount: count) ?? []
      })
    return LinuxKernel(
      space: space, vectors: vectors, vectorsOffset: Int(place - start), start: start,
      isCertain: byteCount != nil || isVector, bytes: bytes)
  }

  /// Reads as many bytes at several places, each within a page, together if their space is a machine's; nil where there
  /// is no memory.
  private func read(
    _ space: AddressSpace, _ addresses: [UInt64], byteCount: Int
  ) throws -> [[UInt8]?] {
    let outputs: [UInt64?]
    switch space.kind {
    case .physical: outputs = addresses
    case .intermediatePhysical:
      let translation = try memory.translations.translation(of: space)
      outputs = try memory.walks(of: addresses, by: translation).map(\.output)
    default: return try addresses.map { try read(space, $0, byteCount: byteCount) }
    }
    let known = outputs.compactMap { $0 }
    var results = try memory.readPhysical(known.map { ($0, byteCount) })[...]
    return outputs.map { $0 == nil ? nil : results.popFirst() ?? nil }
  }

  /// Reads memory; nil where there is none.
  func read(
    _ space: AddressSpace, _ address: UInt64, byteCount: Int
  ) throws -> [UInt8]? {
    do { return try memory.read(space, address, byteCount: byteCount) } catch is DebugError {
      return nil
    }
  }
}
