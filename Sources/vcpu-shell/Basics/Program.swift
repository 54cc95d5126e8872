/// Who says all this.
enum Program {
  static let name = "vcpu-shell"
  static let version = "0.1.0"
}
