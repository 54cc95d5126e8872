/// The types that a description defines: each feature has names of its own.
struct TypeTable: Equatable, Sendable {
  /// By feature and by name.
  private var features: [String: [String: TypeDescription]] = [:]
  /// Of several with one name, the first.
  private(set) var all: [String: TypeDescription] = [:]
  /// How many bytes a pointer has within another type.
  var pointerByteCount = 8

  init() {}

  /// Types of one feature.
  init(_ types: [String: TypeDescription]) { all = types }

  /// Adds a type, unless the feature has one with that name.
  mutating func add(_ id: String, _ type: TypeDescription, feature: String) -> Bool {
    guard features[feature]?[id] == nil else { return false }
    features[feature, default: [:]][id] = type
    if all[id] == nil { all[id] = type }
    return true
  }

  /// The type that `name` means in a feature. GDB knows those of the same feature alone; a stub that
  /// uses those of another is understood, too.
  func type(_ name: String, feature: String) -> TypeDescription? {
    features[feature]?[name] ?? all[name]
  }
}
