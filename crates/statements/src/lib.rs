//! What a line says about itself in public, signed: root, delegation, roster, shifts.
