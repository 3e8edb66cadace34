//! The argument of calls that take one name or several.

/// One name or several: a `&str`, a `String`, an array, a slice, a `Vec`, or a reference to these.
///
/// The trait is sealed: other crates can use it but cannot implement it.
///
/// # Examples
///
/// ```
/// # let vite = vite_bridge::Vite::disabled();
/// vite.tags("src/main.ts")?;
/// vite.tags(["src/main.ts", "src/main.css"])?;
/// vite.tags(vec![String::from("src/main.ts")])?;
/// # Ok::<(), vite_bridge::Error>(())
/// ```
pub trait Entries: sealed::Sealed {
    #[doc(hidden)]
    fn with<R>(&self, read: impl FnOnce(&[&str]) -> R) -> R;
}

mod sealed {
    pub trait Sealed {}
    impl<T: Sealed + ?Sized> Sealed for &T {}
    impl Sealed for str {}
    impl Sealed for String {}
    impl<T: AsRef<str>> Sealed for [T] {}
    impl<T: AsRef<str>, const N: usize> Sealed for [T; N] {}
    impl<T: AsRef<str>> Sealed for Vec<T> {}
}

impl<T: Entries + ?Sized> Entries for &T {
    fn with<R>(&self, read: impl FnOnce(&[&str]) -> R) -> R {
        T::with(self, read)
    }
}

impl Entries for str {
    fn with<R>(&self, read: impl FnOnce(&[&str]) -> R) -> R {
        read(&[self])
    }
}

impl Entries for String {
    fn with<R>(&self, read: impl FnOnce(&[&str]) -> R) -> R {
        read(&[self.as_str()])
    }
}

impl<T: AsRef<str>> Entries for [T] {
    fn with<R>(&self, read: impl FnOnce(&[&str]) -> R) -> R {
        read(&self.iter().map(AsRef::as_ref).collect::<Vec<&str>>())
    }
}

impl<T: AsRef<str>, const N: usize> Entries for [T; N] {
    fn with<R>(&self, read: impl FnOnce(&[&str]) -> R) -> R {
        read(&self.each_ref().map(AsRef::as_ref))
    }
}

impl<T: AsRef<str>> Entries for Vec<T> {
    fn with<R>(&self, read: impl FnOnce(&[&str]) -> R) -> R {
        self.as_slice().with(read)
    }
}
