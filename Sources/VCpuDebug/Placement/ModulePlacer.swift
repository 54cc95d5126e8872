/// Puts a session's files where they are in memory, as far as that can be found out at a stop.
final class ModulePlacer {
  private let modules: SessionModules
  let placement: ModulePlacement

  init(_ access: TargetAccess, _ memory: SessionMemory, _ modules: SessionModules) {
    self.modules = modules
    placement = ModulePlacement(access: access, memory: memory)
  }

  /// Finds out where the modules are that aren't placed yet, and tells what was found out in `SessionModules.notes`.
  ///
  /// - Parameters:
  ///   - wanted: which of them.
  ///   - hint: where a symbol of them is, if it is known from elsewhere.
  func place(
    _ wanted: [Module], by hint: (address: UInt64, symbol: String)? = nil
  ) throws {
    for module in wanted where !module.isPlaced {
      if let slide = try placement.slide(of: module, by: hint) {
        module.isPlaced = true
        if slide != module.slide { modules.notes.append(.moved(module, slide: slide)) }
        modules.move(module, to: slide)
      } else if !module.isDoubted, try placement.canHaveMoved(module),
        try placement.match(module) == .different
      {
        module.isDoubted = true
        modules.notes.append(.different(module))
      }
    }
  }
}
