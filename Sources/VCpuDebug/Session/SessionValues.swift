internal import GDBRemote

/// The program's variables and types, as they are at the frame that commands are about.
public final class SessionValues {
  let access: TargetAccess
  let memory: SessionMemory
  private let modules: SessionModules
  let stack: SessionStack
  private let registers: SessionRegisters
  private var programs: [ObjectIdentifier: ProgramTypes] = [:]
  /// The instruction at which names are looked up in place of the frame's; see `looking(at:in:_:)`.
  private var assumed: (address: UInt64, space: AddressSpace)?

  init(
    _ access: TargetAccess, _ memory: SessionMemory, _ modules: SessionModules,
    _ stack: SessionStack, _ registers: SessionRegisters
  ) {
    self.access = access
    self.registers = registers
    self.memory = memory
    self.modules = modules
    self.stack = stack
  }

  // MARK: Variables

  /// A variable of a frame, with its value.
  public struct Local {
    /// Its name.
    public let name: String
    /// Whether it is a parameter.
    public let isParameter: Bool
    /// The line of its declaration; nil if that isn't known.
    public let line: Int?
    /// Its value.
    public let object: ProgramObject
  }

  /// The parameters and variables of a frame's function, those of the innermost block first. Nil without debug
  /// information.
  public func locals(of frame: StackFrame) throws -> [Local]? {
    guard let place = place(of: frame), frame.function != nil else { return nil }
    let scope = scope(of: frame, place)
    var locals: [Local] = []
    for variable in place.program.variables(at: place.address, of: frame.function?.offset) {
      guard let name = variable.name, !name.isEmpty else { continue }
      locals.append(
        Local(
          name: name, isParameter: variable.isParameter, line: variable.declarationLine,
          object: ProgramObject(try value(of: variable, in: scope), in: frame.space)))
    }
    return locals
  }

  /// The variable that a name means: a local one of the frame, one of its file, or any other global one.
  ///
  /// - Parameter kind: whose it must be; nil for the frame's program, and then any other.
  func object(named name: String, in kind: AddressSpace.Kind? = nil) throws -> ProgramObject? {
    guard let (variable, module, place) = variable(named: name, in: kind) else { return nil }
    let space = space(of: module)
    let scope =
      place.map { place in
        ValueScope(
          context: FrameContext(
            memory: memory, space: space, slide: module.slide, frame: stack.frameAtSpot,
            vectorBytes: vectorBytes,
            entryValue: { try self.entryValue(ofRegister: $0, in: $1, depth: 0) }),
          programCounter: place.address, frameBase: place.program.frameBase(at: place.address))
      }
      ?? ValueScope(context: StaticContext(memory: memory, space: space, slide: module.slide))
    return ProgramObject(try value(of: variable, in: scope), in: space)
  }

  /// Does something while names mean what they mean at an instruction where the CPU isn't now. Values can't be read.
  func looking<R>(at address: UInt64, in space: AddressSpace, _ body: () throws -> R) rethrows -> R
  {
    let before = assumed
    defer { assumed = before }
    assumed = (address, space)
    return try body()
  }

  /// Whether there is such a variable. Nothing of it is read.
  func hasObject(named name: String, in kind: AddressSpace.Kind? = nil) -> Bool {
    variable(named: name, in: kind) != nil
  }

  /// A variable, and its place if it is looked up where the frame is. The stack isn't unwound for it.
  private func variable(
    named name: String, in kind: AddressSpace.Kind?
  ) -> (variable: Variable, module: Module, place: Place?)? {
    guard !name.isEmpty, mayHaveVariables else { return nil }
    let spot = assumed ?? (try? stack.spot()).map { ($0.address, $0.space) }
    if let spot, kind == nil || spot.space.kind == kind,
      let place = place(at: spot.address, in: spot.space),
      let variable = place.program.variable(
        named: name, at: place.address, of: assumed == nil ? selectedFunction : nil)
    {
      return (variable, place.module, place)
    }
    for module in ordered(kind, spot?.space) {
      if let variable = program(of: module)?.variable(named: name, at: nil) {
        return (variable, module, nil)
      }
    }
    return nil
  }

  /// The function of the selected frame, which may be an inlined copy; nil for the innermost.
  private var selectedFunction: UInt64? { (try? stack.selectedFrame())??.function?.offset }

  private func value(of variable: Variable, in scope: ValueScope) throws -> ProgramValue {
    do {
      return try variable.value(in: scope)
    } catch is LocationError {
      return ProgramValue(type: variable.type, location: .optimizedOut, scope: scope)
    }
  }

  private var mayHaveVariables: Bool {
    modules.all.contains { $0.file?.hasDebugInformation == true } && access.hasTarget
  }

  /// The modules of a space, those of the frame's program first.
  private func ordered(_ kind: AddressSpace.Kind?, _ space: AddressSpace?) -> [Module] {
    if let kind { return modules.of(AddressSpace(kind))?.modules ?? [] }
    let own = space.flatMap { modules.of($0)?.modules } ?? []
    return own + modules.all.filter { module in !own.contains { $0 === module } }
  }

  // MARK: Types

  /// A value as another type; nil if no file has the type.
  func object(_ value: Value, as name: ProgramTypeName) throws -> ProgramObject? {
    guard let (type, module) = type(name) else { return nil }
    if let object = value.object {
      return ProgramObject(try object.value.cast(to: type), in: object.space)
    }
    let space = value.addressSpace ?? space(of: module)
    let scope = ValueScope(
      context: StaticContext(memory: memory, space: space, slide: module.slide))
    return ProgramObject(
      ProgramValue(type: type, integer: value.bits, scope: scope), in: space)
  }

  /// The type of a name, as a value that isn't read: for its name, its members and its size.
  public func type(named text: String) throws -> ProgramObject? {
    guard let name = ProgramTypeName(text), let (type, module) = type(name) else { return nil }
    let space = space(of: module)
    let scope = ValueScope(
      context: StaticContext(memory: memory, space: space, slide: module.slide))
    return ProgramObject(ProgramValue(type: type, location: .optimizedOut, scope: scope), in: space)
  }

  /// The size of a type; nil if no file has it.
  func byteCount(of name: ProgramTypeName) -> UInt64? { type(name)?.type.byteCount }

  /// Whether a name is a type's.
  func isType(_ name: String) -> Bool {
    type(ProgramTypeName(base: name, pointerCount: 0, counts: [])) != nil
  }

  private func type(_ name: ProgramTypeName) -> (type: DebugType, module: Module)? {
    guard mayHaveVariables else { return nil }
    let spot = try? stack.spot()
    for module in ordered(nil, spot?.space) {
      guard let program = program(of: module) else { continue }
      let isFrames = spot.map { module.isCode($0.address) } ?? false
      let address = isFrames ? spot.map { $0.address &- module.slide } : nil
      guard var type = program.type(named: name.base, at: address) else { continue }
      for _ in 0..<name.pointerCount { type = type.pointer }
      for count in name.counts.reversed() { type = type.array(count: count) }
      return (type, module)
    }
    return nil
  }

  // MARK: Places

  /// Where a frame is in a file.
  struct Place {
    let module: Module
    let program: ProgramTypes
    /// The address of the file.
    let address: UInt64
  }

  private func place(at address: UInt64, in space: AddressSpace) -> Place? {
    guard let module = modules.of(space)?.modules.first(where: { $0.isCode(address) }),
      let program = program(of: module)
    else { return nil }
    return Place(module: module, program: program, address: address &- module.slide)
  }

  func place(of frame: StackFrame) -> Place? {
    place(at: frame.lookupAddress, in: frame.space)
  }

  private func scope(of frame: StackFrame, _ place: Place) -> ValueScope {
    ValueScope(
      context: context(of: frame, place, depth: 0),
      programCounter: place.address, frameBase: place.program.frameBase(at: place.address))
  }

  /// What location expressions read in a frame.
  ///
  /// - Parameter depth: how many calls were followed outwards to it for a value.
  func context(of frame: StackFrame, _ place: Place, depth: Int) -> any LocationContext {
    FrameContext(
      memory: memory, space: frame.space, slide: place.module.slide, frame: { frame },
      vectorBytes: vectorBytes,
      entryValue: { try self.entryValue(ofRegister: $0, in: $1, depth: depth) })
  }

  /// The bytes of a vector register in a frame, the least significant first; nil if it isn't known: what functions save
  /// of them isn't followed.
  private func vectorBytes(_ number: Int, in frame: StackFrame) throws -> [UInt8]? {
    frame.registers.pcPlace == .register(-1) ? try vectorBytes(number) : nil
  }

  /// The bytes of a vector register of the CPU, by its DWARF number, the least significant first; nil if there is none.
  func vectorBytes(_ number: Int) throws -> [UInt8]? {
    guard let name = UnwindArchitecture(access.architecture)?.vectorRegister(number),
      let register = registers.wideRegister(named: name)
    else { return nil }
    let bytes = try registers.bytes(of: register)
    return access.byteOrders.registers == .big ? bytes.reversed() : bytes
  }

  /// The types of a kernel with a file that has debug information; nil without one.
  func kernelTypes(in space: AddressSpace) -> (any KernelTypes)? {
    (modules.of(space)?.modules ?? []).lazy.compactMap(program).first {
      $0.byteCount(of: "task_struct") != nil
    }
  }

  private func program(of module: Module) -> ProgramTypes? {
    guard let file = module.file, let information = file.debugInformation else { return nil }
    if let known = programs[ObjectIdentifier(file)] { return known }
    let program = ProgramTypes(information)
    programs[ObjectIdentifier(file)] = program
    return program
  }

  /// The indexes of a module, the most wanted first.
  func readings(of module: Module) -> [any SlicedReading] {
    guard let information = module.file?.debugInformation, let program = program(of: module) else {
      return [module.names]
    }
    return [module.names, information.functionIndex, program.index, information.fileIndex]
  }

  private func space(of module: Module) -> AddressSpace {
    access.hasHypervisor ? module.space : .plain
  }
}

/// Memory without a frame.
struct StaticContext: LocationContext {
  let memory: SessionMemory
  let space: AddressSpace
  let slide: UInt64

  func register(_ number: Int) -> UInt64? { nil }
  func memory(at address: UInt64, byteCount: Int) throws -> [UInt8] {
    try memory.read(space, address, byteCount: byteCount)
  }
}

/// A frame's registers, and its memory. The frame is looked for when one of its registers is needed.
private struct FrameContext: LocationContext {
  let memory: SessionMemory
  let space: AddressSpace
  let slide: UInt64
  let frame: () throws -> StackFrame
  let vectorBytes: (Int, StackFrame) throws -> [UInt8]?
  let entryValue: (Int, StackFrame) throws -> UInt64?

  func register(_ number: Int) throws -> UInt64? { try frame().registers[number] }
  func registerBytes(_ number: Int) throws -> [UInt8]? {
    let frame = try frame()
    if let value = frame.registers[number] { return DataLayout.leastFirst(value) }
    return try vectorBytes(number, frame)
  }
  func canonicalFrameAddress() throws -> UInt64? { try frame().address }
  func entryValue(ofRegister number: Int) throws -> UInt64? { try entryValue(number, frame()) }
  func memory(at address: UInt64, byteCount: Int) throws -> [UInt8] {
    try memory.read(space, address, byteCount: byteCount)
  }
}
