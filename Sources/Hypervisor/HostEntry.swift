#if !hasFeature(Embedded)
  /// `swift build` on a host builds every target. The image isn't a host program, so this says how to
  /// use it.
  @main
  struct HostEntry {
    static func main() {
      print("vcpu-image runs at EL2 of an AArch64 machine. Build it with scripts/build, then start")
      print("it with `vcpu-shell launch`.")
    }
  }
#endif
