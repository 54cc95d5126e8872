/// The types that a description defines. Each feature has its own names.
struct TypeTable: Equatable, Sendable {
  /// The types by feature and name.
  private var features: [String: [String: TypeDescription]] = [:]
  /// The types by name. If several have the same name, this has the first.
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

  /// The type that `name` means in a feature. GDB looks only in the same feature; here, a stub may
  /// also use types of other features.
  func type(_ name: String, feature: String) -> TypeDescription? {
    features[feature]?[name] ?? all[name]
  }
}
