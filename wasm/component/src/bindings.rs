//! What `wit-bindgen` makes of `wit/`.

#[allow(
    unsafe_code,
    missing_docs,
    unused_qualifications,
    clippy::all,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "generated: the canonical ABI is pointers and lengths"
)]
mod generated {
    #[cfg(not(feature = "trap-for-tests"))]
    wit_bindgen::generate!({ path: "wit", world: "lockstep", generate_all });

    #[cfg(feature = "trap-for-tests")]
    wit_bindgen::generate!({
        path: "wit",
        inline: "
            package lockstep:tests;

            world trapping {
                include lockstep:policy/lockstep@0.1.0;

                /// Traps.
                export trap: func();
            }
        ",
        world: "trapping",
        generate_all,
    });

    #[cfg(feature = "trap-for-tests")]
    impl Guest for crate::Component {
        fn trap() {
            // What a defect would come to; never in what is published.
            std::process::abort()
        }
    }

    // The functions' names are of the canonical ABI: no other kind of library can have them.
    #[cfg(target_arch = "wasm32")]
    export!(Component with_types_in self);
    #[cfg(target_arch = "wasm32")]
    use crate::Component;
}

pub(crate) use self::generated::exports::lockstep::policy::policies as wit;
