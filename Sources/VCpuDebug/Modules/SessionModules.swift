internal import GDBRemote

/// The files of a session: those of the hypervisor, or of the program, and those of its guests.
public final class SessionModules {
  /// The modules, in the order in which they were added.
  public private(set) var all: [Module] = []
  /// Changes with each module that is added, removed or moved: what was looked up before may be wrong.
  private(set) var revision = 0
  /// What was found out and not told yet.
  var notes: [ModuleNote] = []
  /// Whether a space of one virtual machine is that of the guest whose registers are selected.
  var isSelected: (AddressSpace) -> Bool = { _ in false }

  /// Is told how many bytes of an index of a file have been read, of how many, while a command waits for it. An error
  /// ends the reading; see `checkReading()`.
  public var onReading: (_ name: String, _ done: UInt64, _ total: UInt64) throws -> Void = {
    _, _, _ in
  }
  /// What has ended a reading. Until it is taken no index is read, and what is found is incomplete.
  private var readingFailure: (any Error)?

  /// The modules that a session begins with.
  public init(_ modules: [Module] = []) {
    for module in modules { add(module) }
  }

  /// Adds a module to a space that has none, if one can be found. It is called when names are needed.
  var find: (AddressSpace) -> Void = { _ in }

  // MARK: The list

  /// Adds a module, after those that are there.
  ///
  /// - Returns: the module with its number.
  @discardableResult
  public func add(_ module: Module) -> Module {
    module.number = (all.map(\.number).max() ?? 0) + 1
    all.append(module)
    module.file?.onReading = { [weak self, name = module.name] done, total in
      self?.continueReading(name, done, total) ?? true
    }
    revision += 1
    return module
  }

  private func continueReading(_ name: String, _ done: UInt64, _ total: UInt64) -> Bool {
    guard readingFailure == nil else { return false }
    do {
      try onReading(name, done, total)
      return true
    } catch {
      readingFailure = error
      return false
    }
  }

  /// Throws what has ended a reading, if something has: to be called before anything is done with what was found by a
  /// name.
  public func checkReading() throws {
    if let readingFailure { throw readingFailure }
  }

  /// Lets indexes be read again.
  ///
  /// - Returns: what has ended a reading; nil if nothing has.
  public func takeReadingFailure() -> (any Error)? {
    defer { readingFailure = nil }
    return readingFailure
  }

  /// Puts a module in the place of another.
  func replace(_ old: Module, by new: Module) {
    guard let index = all.firstIndex(where: { $0 === old }) else { return }
    add(new)
    all.removeLast()
    new.number = old.number
    new.isPlaced = old.isPlaced
    new.isDoubted = old.isDoubted
    all[index] = new
  }

  /// Removes modules.
  public func remove(where isRemoved: (Module) -> Bool) {
    all.removeAll(where: isRemoved)
    revision += 1
  }

  /// Moves a module to where it is in memory.
  public func move(_ module: Module, to slide: UInt64) {
    guard module.slide != slide else { return }
    module.slide = slide
    revision += 1
  }

  // MARK: By space

  /// The modules of the hypervisor, or of the program if there is no hypervisor.
  public var hypervisor: ModuleGroup? {
    ModuleGroup(all.filter { $0.space.kind == .hypervisor || $0.space.kind == .plain })
  }
  /// The modules of the selected guest.
  public var guest: ModuleGroup? { of(.guest) }
  /// The modules that say the most about the target.
  var main: ModuleGroup? { hypervisor ?? guest }

  /// The modules of an address space. If it has none they are looked for, which may read memory.
  public func needed(in space: AddressSpace) -> ModuleGroup? {
    find(space)
    return of(space)
  }

  /// The modules of an address space.
  public func of(_ space: AddressSpace) -> ModuleGroup? {
    switch space.kind {
    case .guest:
      ModuleGroup(
        all.filter { module in
          guard module.space.kind == .guest else { return false }
          guard module.space.owner != nil else { return true }
          return module.space == space || space.owner == nil && isSelected(module.space)
        })
    case .hypervisor: hypervisor
    case .plain: main
    case .program: ModuleGroup(all.filter { $0.space.kind == .program })
    case .intermediatePhysical, .physical: nil
    }
  }
}
