/// The program's name and version.
enum Program {
  static let name = "vcpu-shell"
  static let version = "0.1.0"
}
