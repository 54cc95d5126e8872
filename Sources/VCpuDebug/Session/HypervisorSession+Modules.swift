/// The files of a session, while it lasts.
extension HypervisorSession {
  /// Whether a module's file is what memory has where the module is; `.unknown` if that can't be found out now.
  public func match(of module: Module) throws -> ModuleMatch {
    try requireStopped()
    return try placer.placement.match(module)
  }

  /// Adds a module, and finds out where it is in memory unless its place is given.
  ///
  /// - Parameters:
  ///   - file: the file.
  ///   - space: whose code it is.
  ///   - slide: how far everything is from the file's addresses; nil if that is to be found out.
  /// - Throws: `SymbolFileError.wrongMachine` for a file of another architecture than the target's.
  public func add(_ file: SymbolFile, in space: AddressSpace, slide: UInt64? = nil) throws -> Module
  {
    try file.require(architecture)
    let module = Module(file, in: space, slide: slide ?? 0)
    module.isPlaced = slide != nil
    modules.add(module)
    if hasTarget, state != nil { try placeModules() }
    try modulesHaveChanged()
    return module
  }

  /// Adds the names that a Linux kernel has of itself in memory; see `LinuxKernels`.
  ///
  /// - Parameters:
  ///   - space: whose kernel it is.
  ///   - check: is called now and then; throws to give up.
  /// - Throws: `LinuxKernels.Failure`.
  public func addKernelNames(
    in space: AddressSpace, check: () throws -> Void = {}
  ) throws -> Module {
    let module = try kernels.module(in: space, check: check)
    kernels.isAutomatic = true
    guard !modules.all.contains(where: { $0 === module }) else { return module }
    modules.add(module)
    try modulesHaveChanged()
    return module
  }

  /// Removes modules.
  public func removeModules(where isRemoved: (Module) -> Bool) throws {
    if modules.all.contains(where: { $0.file == nil && isRemoved($0) }) {
      kernels.isAutomatic = false
    }
    modules.remove(where: isRemoved)
    try modulesHaveChanged()
  }

  /// Finds out where the modules are that may have moved, at a stop. Breakpoints at their symbols move with them.
  ///
  /// What is found out is in `takeModuleNotes()`.
  func placeModules() throws {
    let revision = modules.revision
    try placer.place(modules.all)
    if modules.revision != revision { try modulesHaveChanged() }
  }

  /// What was found out about modules since the last call.
  public func takeModuleNotes() -> [ModuleNote] {
    defer { modules.notes = [] }
    return modules.notes
  }

  private func modulesHaveChanged() throws {
    try exits.reopen()
    try points.renewLocations()
  }
}
