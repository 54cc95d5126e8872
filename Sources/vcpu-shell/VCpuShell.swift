@main struct S { static func main() { print("hi") } }
