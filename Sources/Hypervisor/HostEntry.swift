#if !hasFeature(Embedded)
  /// `swift build` on a host builds every target. The image is none of the host's: say where it belongs.
  @main
  struct HostEntry {
    static func main() {
      print("vcpu-image runs at EL2 of an AArch64 machine. Build it with scripts/build, then start")
      print("it with `vcpu-shell launch`.")
    }
  }
#endif
